from batou.component import Component


class Consumer(Component):

    def configure(self):
        self.require_one("address")


class Provider(Component):

    def configure(self):
        self.provide("address", "one")
        self.provide("address", "two")
