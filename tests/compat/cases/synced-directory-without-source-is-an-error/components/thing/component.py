from batou.component import Component
from batou.lib.file import Directory, SyncDirectory


class Thing(Component):

    def configure(self):
        self += SyncDirectory("target")
