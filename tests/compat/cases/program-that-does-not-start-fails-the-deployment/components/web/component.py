from batou.component import Component
from batou.lib.file import File
from batou.lib.supervisor import Eventlistener, Program


class Web(Component):
    def configure(self):

        self += Program("broken", command="bin/web", options={"startsecs": 1})
        self += Program("never", command="bin/web")
