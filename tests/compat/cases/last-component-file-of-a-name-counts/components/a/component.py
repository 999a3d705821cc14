from batou.component import Component
from batou.lib.file import File


class Shared(Component):

    def configure(self):
        self += File("from", content="a\n")


class A(Component):

    def configure(self):
        self.provide("a", __name__)
