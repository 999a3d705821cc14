from batou.component import Attribute, Component


class Settings(Component):

    port = Attribute(int, 80)
