from batou.component import Attribute, Component


class Part(Component):
    def configure(self):
        self.parent.nothing


class Beneath(Component):
    def configure(self):
        self += Part()
