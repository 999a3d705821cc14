from batou.component import Component
from batou.lib.file import File


class First(Component):

    def configure(self):
        self.provide("first", self)
        self += File("before", content="before\n")
        self += Failing()
        self += File("after", content="after\n")


class Failing(Component):

    def verify(self):
        assert False

    def update(self):
        self.cmd("echo out; echo problem >&2; exit 3")
