from batou.component import Attribute, Component


class Same(Component):
    pass


class Fine(Component):
    pass
