from batou.component import Component
from batou.lib.file import File


class Database(Component):

    def configure(self):
        self.provide("database", self)
        self += File("before", content="before\n")

    def verify(self):
        assert False

    def update(self):
        raise RuntimeError("the database does not start")


class Application(Component):

    def configure(self):
        self.require_one("database")
        self += File("application", content="application\n")
