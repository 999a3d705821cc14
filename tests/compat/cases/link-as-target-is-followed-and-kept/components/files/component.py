from batou.component import Component
from batou.lib.file import File


class Files(Component):

    def configure(self):
        self += File("config", content="new text\n", mode=0o640)
        self += File("dangling", content="a real file\n")
        self += File("to-directory", content="a real file too\n")
