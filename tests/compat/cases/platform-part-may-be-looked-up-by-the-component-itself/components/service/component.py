from batou.component import Component, platform
from batou.lib.file import File


class Base(Component):

    namevar = "name"


class Derived(Base):
    pass


class Choosing(Base):

    def _get_platform(self):
        return Part(text="chosen")


class Part(Component):

    text = "registered"

    def configure(self):
        self += File(self.parent.name, content=self.text + "\n")


platform("here", Base)(Part)


def described(component):
    lookup = type(component._get_platform()).__name__
    return " ".join([component.name, lookup] + [type(part).__name__ for part in component.sub_components])


class Service(Component):

    def configure(self):
        facts = []
        self += Base("base")
        facts.append(described(self._))
        self += Derived("derived")
        facts.append(described(self._))
        self += Choosing("choosing")
        facts.append(described(self._))
        del Base._platforms
        self += Base("deleted")
        facts.append(described(self._))
        Base._add_platform("elsewhere", Part)
        self += Base("elsewhere")
        facts.append(described(self._))
        Base._add_platform("here", Part)
        self += File("facts", content="\n".join(facts) + "\n")
