from batou.component import Attribute, Component


class Thing(Component):
    pass


class Other(Component):
    value = "default"
