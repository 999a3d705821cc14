from batou.component import Attribute, Component


class Asserting(Component):
    def configure(self):
        assert 1 == 2, "never"
