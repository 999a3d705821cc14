from batou import ConfigurationError
from batou.component import Component


class OwnError(ConfigurationError):
    sort_key = (0, "own")

    def __str__(self):
        return "own text"

    def report(self):
        pass


class Classed(Component):
    def configure(self):
        raise OwnError()
