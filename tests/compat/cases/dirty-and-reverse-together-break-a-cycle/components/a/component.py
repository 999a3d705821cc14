from batou.component import Component
from batou.lib.file import File


class Left(Component):

    def configure(self):
        self.provide("left", "from left")
        self.require("right", dirty=True, reverse=True)
        self += File("done", content="left\n")


class Right(Component):

    def configure(self):
        self.provide("right", "from right")
        self += File("done", content="%s\n" % self.require_one("left"))
