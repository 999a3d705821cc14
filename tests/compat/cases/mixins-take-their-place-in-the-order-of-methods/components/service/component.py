from batou.component import Attribute, Component, ConfigString


def note(*words):
    with open("../notes", "a") as notes:
        notes.write(" ".join(map(str, words)) + "\n")


class Settings:

    size = Attribute(int, ConfigString("3"))

    def configure(self):
        note(type(self).__name__, "settings", self.size)
        super().configure()


class Changing:

    def verify(self):
        assert getattr(self, "done", False)

    def update(self):
        note(type(self).__name__, "update")
        self.done = True


class First(Settings, Component):

    def configure(self):
        note("first")
        super().configure()


class Second(Changing, First):
    pass


class Third(First, Changing):
    pass


class Service(Second):

    def configure(self):
        super().configure()
        self += First()
        self += Second(size=4)
