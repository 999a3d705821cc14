from batou.component import Component
from batou.lib.file import File


class Config(Component):

    def configure(self):
        self += File("config.txt")
        self.provide("config", self)


class Daemon(Component):

    def configure(self):
        self.config = self.require_one("config")

    def verify(self):
        self.config.assert_no_changes()

    def update(self):
        with open("restarts", "a") as restarts:
            restarts.write("restart\n")
