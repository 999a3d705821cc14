from batou.component import Attribute, Component


class Grouped(Component):
    def configure(self):
        raise ExceptionGroup("several", [ValueError("one")])
