from batou.component import Component


class Unsatisfied(Component):

    def configure(self):
        self.require("database")
