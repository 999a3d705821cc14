from batou.component import Component
from batou.lib.file import File
from batou.lib.supervisor import Eventlistener, Program


class Web(Component):
    def configure(self):

        self += Program("web", command="bin/web")
