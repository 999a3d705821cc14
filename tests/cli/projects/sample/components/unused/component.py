from batou.component import Component


class Unused(Component):

    def configure(self):
        self.provide("database", "db1")
