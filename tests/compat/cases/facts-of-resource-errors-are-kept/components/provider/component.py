from batou.component import Attribute, Component


class Provider(Component):
    def configure(self):
        self.provide("unused", [1, "a"])
