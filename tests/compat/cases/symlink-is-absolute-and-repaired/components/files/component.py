from batou.component import Component
from batou.lib.file import Directory, File, Symlink


class Files(Component):

    def configure(self):
        self += File("target", content="target\n")
        self += Directory("other")
        self += Symlink("link", source="target")
        self += Symlink("to-directory", source="other")
        self += Symlink("absolute", source="/etc/hostname")
