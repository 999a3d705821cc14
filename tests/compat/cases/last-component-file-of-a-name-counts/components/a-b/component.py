from batou.component import Component
from batou.lib.file import File


class Shared(Component):

    def configure(self):
        self += File("from", content="a-b %s\n" % self.defdir.rsplit("/", 1)[1])


class AB(Component):
    pass
