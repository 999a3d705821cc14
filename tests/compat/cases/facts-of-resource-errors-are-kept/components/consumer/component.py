from batou.component import Attribute, Component


class Consumer(Component):
    def configure(self):
        self.require("missing")
        self.require("missing-here", host=self.host)
