from batou.component import Component
from batou.lib.file import Directory, SyncDirectory


class Thing(Component):

    def configure(self):
        options = "--include='*/' --include=*.txt --exclude=*"
        self += SyncDirectory("target", source="source", verify_opts="-rclnv " + options, sync_opts="-rl " + options)
