from batou.component import Component


class Trace(Component):

    def verify(self):
        with open("../trace", "a") as trace:
            trace.write(self.__class__.__name__ + "\n")
        assert False


class First(Trace):

    def configure(self):
        self.require("second")


class Second(Trace):

    def configure(self):
        self.provide("second", self)
        self.require("third")


class Third(Trace):

    def configure(self):
        self.provide("third", self)
