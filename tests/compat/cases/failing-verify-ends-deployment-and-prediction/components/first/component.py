from batou.component import Component
from batou.lib.file import File


class First(Component):

    def configure(self):
        self += File("before", content="before\n")
        self += Failing()


class Failing(Component):

    def verify(self):
        raise ValueError("cannot tell")
