from batou.component import Component, handle_event


def note(*words):
    with open("../notes", "a") as notes:
        notes.write(" ".join(map(str, words)) + "\n")


class Changing(Component):

    def verify(self):
        assert False


class Listening(Component):

    @handle_event("before-update", "*")
    def listen(self, source):
        note("listen")


class Inheriting(Listening):

    def listen(self, source):
        note("not a handler any more")


class Mixin:

    @handle_event("before-update", "precursor")
    def mixed(self, source):
        note("mixed")


class Mixed(Mixin, Component):
    pass


class Service(Component):

    def configure(self):
        self += Changing()
        single = Listening()
        single.own = handle_event("before-update", "*")(lambda source: note("own"))
        self += single
        self += Inheriting()
        self += Mixed()
