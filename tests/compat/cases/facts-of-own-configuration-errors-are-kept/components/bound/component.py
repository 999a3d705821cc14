from batou import ConfigurationError
from batou.component import Component


class Bound(Component):
    def configure(self):
        raise ConfigurationError.from_context("with component", self)
