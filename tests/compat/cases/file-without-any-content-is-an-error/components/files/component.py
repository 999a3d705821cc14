from batou.component import Component
from batou.lib.file import File


class Files(Component):

    def configure(self):
        self += File("no-such-template.txt")
