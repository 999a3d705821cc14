from batou import ConfigurationError
from batou.component import Component


class Usererror(Component):

    def configure(self):
        raise ConfigurationError("needs a license key", self)
