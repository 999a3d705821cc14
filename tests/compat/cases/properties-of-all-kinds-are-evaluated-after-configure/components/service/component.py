import functools

from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File


class Computed:

    def __get__(self, instance, owner=None):
        if instance is not None:
            instance.evaluated.append("computed")
        return self


class Part(Component):

    size = 1
    late = Attribute(int, ConfigString("{{component.size}}"))
    computed = Computed()

    def configure(self):
        self.evaluated = []
        self.size = 2

    @property
    def alpha(self):
        self.evaluated.append("alpha")

    @property
    def failing(self):
        self.evaluated.append("failing")
        raise RuntimeError("nobody sees this")

    @functools.cached_property
    def zeta(self):
        self.evaluated.append("zeta")
        return self.size


class Service(Component):

    def configure(self):
        part = Part()
        self += part
        evaluated = list(part.evaluated)
        part.size = 3
        facts = [evaluated, part.late, part.zeta]
        self += File("facts", content="\n".join(map(str, facts)) + "\n")
