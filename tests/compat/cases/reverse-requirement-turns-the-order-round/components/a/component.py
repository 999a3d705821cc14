from batou.component import Component


class Trace(Component):

    def verify(self):
        with open("../trace", "a") as trace:
            trace.write(self.__class__.__name__ + "\n")
        assert False


class Provider(Trace):

    def configure(self):
        self.provide("address", "value")


class Requirer(Trace):

    def configure(self):
        assert self.require("address", reverse=True) == ["value"]
