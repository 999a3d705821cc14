from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File


class Upper(Attribute):

    def convert_upper(self, text):
        return text.upper()

    def convert_list(self, text):
        return text.split(";")


class Getting(Attribute):

    def __get__(self, instance, owner=None):
        value = super().__get__(instance, owner)
        return value if instance is None else ("got", value)


class Setting(Attribute):

    def __set__(self, instance, value):
        super().__set__(instance, ("set", value))


class Reading(Attribute):

    def from_config_string(self, component, value):
        return (component._breadcrumb, value)


class Part(Component):

    upper = Upper("upper", ConfigString("abc"))
    items = Upper("list", ConfigString("a,b;c"))
    got = Getting(int, 1)
    got_string = Getting(int, ConfigString("2"))
    stored = Setting(int, 3)
    stored_string = Setting(int, ConfigString("4"))
    read = Reading(int, ConfigString("five"))

    def facts(self):
        return repr([self.upper, self.items, self.got, self.got_string, self.stored, self.stored_string, self.read])


class Service(Part):

    def configure(self):
        facts = [self.facts()]
        self += Part()
        facts.append(self._.facts())
        self += Part(upper="x", items=[], got=10, got_string=20, stored=30, stored_string=40, read=50)
        facts.append(self._.facts())
        self._.stored = 60
        facts.append(self._.facts())
        self += File("facts", content="\n".join(facts) + "\n")
