from batou.component import Component


class Left(Component):

    def configure(self):
        self.provide("left", 1)
        self.require("right")


class Right(Component):

    def configure(self):
        self.provide("right", 2)
        self.require("left")
