from batou import ConfigurationError
from batou.component import Component


class Plain(Component):
    def configure(self):
        raise ConfigurationError.from_context("without component")
