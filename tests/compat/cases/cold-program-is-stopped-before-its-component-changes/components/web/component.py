from batou.component import Component
from batou.lib.file import File
from batou.lib.supervisor import Eventlistener, Program


class Web(Component):
    def configure(self):

        self += File("settings", content="one")
        self += Program("cold", command="bin/cold", deployment="cold", options={"startsecs": 1})
        self += File("later", content="one")
