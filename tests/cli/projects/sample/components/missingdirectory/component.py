from batou.component import Component
from batou.lib.file import File


class Missingdirectory(Component):

    def configure(self):
        self += File("a/b/server.conf", content="x")
