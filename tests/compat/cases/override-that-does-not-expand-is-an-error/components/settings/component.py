from batou.component import Attribute, Component


class Settings(Component):

    name = Attribute(str, "default")
