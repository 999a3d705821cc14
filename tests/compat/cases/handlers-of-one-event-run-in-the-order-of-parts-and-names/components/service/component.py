from batou.component import Component, handle_event


def note(*words):
    with open("../notes", "a") as notes:
        notes.write(" ".join(map(str, words)) + "\n")


class Listening(Component):

    namevar = "name"
    changes = False

    def verify(self):
        assert not self.changes

    def update(self):
        note(self.name, "updates")

    @handle_event("before-update", "*")
    def later(self, source):
        note(self.name, "later", source._breadcrumb)

    @handle_event("before-update", "precursor")
    def earlier(self, source):
        note(self.name, "earlier", source._breadcrumb)

    @handle_event("after-update", "*")
    def never(self, source):
        note("never")


class Service(Listening):

    namevar = None
    name = "service"
    changes = True

    def configure(self):
        outer = Listening("outer", changes=True)
        self += outer
        outer += Listening("inner", changes=True)
        self += Listening("quiet")
        self += Listening("last", changes=True)
