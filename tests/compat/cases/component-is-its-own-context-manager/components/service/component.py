import os

from batou.component import Component


class Context(Component):

    namevar = "name"
    swallow = False
    fail = False

    def note(self, text):
        with open("../trace", "a") as trace:
            trace.write("%s %s in %s\n" % (self.name, text, os.path.basename(os.getcwd())))

    def __enter__(self):
        self.note("enter")

    def verify(self):
        self.note("verify")
        assert False

    def update(self):
        self.note("update")
        if self.fail:
            raise ValueError("failed on purpose")

    def __exit__(self, kind, value, trace):
        self.note("exit %s %s" % (kind and kind.__name__, value))
        return self.swallow


class Outer(Context):

    namevar = "name"

    def configure(self):
        self += Context("inner")
        self += Context("swallows", fail=True, swallow=True)


class Service(Component):

    def configure(self):
        self += Outer("outer")
