from batou.component import Component
from batou.lib.file import File


class First(Component):

    def configure(self):
        second = self.require_one("second")
        self += File("chain", content="first <- %s\n" % second)


class Second(Component):

    def configure(self):
        third = self.require_one("third")
        self.provide("second", "second <- %s" % third)


class Third(Component):

    def configure(self):
        values = sorted(self.require("fourth"))
        self.provide("third", "third <- %s" % values)


class Fourth(Component):

    def configure(self):
        self.provide("fourth", "one")
        self.provide("fourth", "two")
