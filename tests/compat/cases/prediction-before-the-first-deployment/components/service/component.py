from batou.component import Component
from batou.lib.file import Directory, File, Purge, Symlink


class Service(Component):

    def configure(self):
        self += Directory("directory")
        self += File("file", content="text\n", mode=0o600)
        self += File("directory/inside", content="text\n")
        self += Symlink("link", source="file")
        self += Purge("*.old")
