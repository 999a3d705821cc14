from batou.component import Component
from batou.lib.file import File


class Files(Component):

    def configure(self):
        self += File("before", content="x\n")
        self += File("file", content="x\n", owner="no-such-user-here")
        self += File("after", content="x\n")
