from batou.component import Component
from batou.lib.file import File
from batou.lib.supervisor import Eventlistener, Program


class Web(Component):
    def configure(self):

        self += File("settings", content="one")
        self += Program("first", command="bin/first", options={"startsecs": 1})
        self += Program("second", command="bin/second", options={"startsecs": 1}, dependencies=())
