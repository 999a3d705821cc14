from batou import ConfigurationError
from batou.component import Attribute, Component


class User(Component):

    def configure(self):
        raise ConfigurationError.from_context("the user did something wrong", self)


class Unknown(Component):

    def configure(self):
        {}["missing key"]


class Conversion(Component):

    number = Attribute(int, 0)


class Good(Component):
    pass
