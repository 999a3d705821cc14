from batou.component import Attribute, Component

value = 1
value / 0


class Wrong(Component):
    pass
