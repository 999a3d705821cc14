from batou.component import Component
from batou.lib.file import File, Purge


class Files(Component):

    def configure(self):
        self += File("kept.txt", content="kept\n")
        self += Purge("old-*")
        self += Purge("tree")
        self += Purge("nothing-matches")
        self += Purge("sub/*/[ab]?")
