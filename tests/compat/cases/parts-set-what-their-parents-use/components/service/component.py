from batou.component import Component
from batou.lib.file import File


class Deep(Component):

    def configure(self):
        self.parent.parent.context = "set from below"
        self.parent.parent += File("added-from-below", content="text\n")


class Part(Component):

    def configure(self):
        self += Deep()


class Dynamic(Component):

    def __getattr__(self, name):
        if name.startswith("dynamic_"):
            return name[8:]
        raise AttributeError(name)

    def configure(self):
        self += Reading()


class Reading(Component):

    def configure(self):
        self.parent.parent.dynamic = self.parent.dynamic_value


class Service(Component):

    context = None

    def configure(self):
        self += Part()
        self += Dynamic()
        self += File("facts", content="%s %s %s\n" % (
            self.context, self.dynamic, [type(part).__name__ for part in self.sub_components]))
