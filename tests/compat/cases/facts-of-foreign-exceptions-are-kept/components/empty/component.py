from batou.component import Attribute, Component


class Empty(Component):
    def configure(self):
        raise ValueError()
