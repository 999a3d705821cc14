from batou.component import Component


class Chicken(Component):

    def configure(self):
        self.provide("chicken", self)
        self.require("egg")


class Egg(Component):

    def configure(self):
        self.provide("egg", self)
        self.require("chicken")
