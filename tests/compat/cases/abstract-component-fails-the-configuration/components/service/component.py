import abc

from batou.component import Component


class Abstract(Component, metaclass=abc.ABCMeta):

    @abc.abstractmethod
    def command(self):
        """What is run."""


class Service(Component):

    def configure(self):
        self += Abstract()
