from batou.component import Component


class Patient(Component):

    def configure(self):
        self.require("address")


class Strict(Component):

    def configure(self):
        self.require_one("name")
