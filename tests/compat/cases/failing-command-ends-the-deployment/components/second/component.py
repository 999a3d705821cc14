from batou.component import Component
from batou.lib.file import File


class Second(Component):

    def configure(self):
        self.require("first")
        self += File("never", content="never\n")
