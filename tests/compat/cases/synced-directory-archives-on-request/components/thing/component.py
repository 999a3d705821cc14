from batou.component import Component
from batou.lib.file import Directory, SyncDirectory


class Thing(Component):

    def configure(self):
        self += SyncDirectory("target", source="source", sync_opts="-a")
        self += SyncDirectory("checked", source="source", verify_opts="-avn", sync_opts="-a --delete")
