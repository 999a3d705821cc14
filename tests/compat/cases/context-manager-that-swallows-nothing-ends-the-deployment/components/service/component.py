from batou.component import Component


def note(*words):
    with open("../notes", "a") as notes:
        notes.write(" ".join(map(str, words)) + "\n")


class Guarded(Component):

    def __enter__(self):
        note("enter")

    def __exit__(self, kind, error, traceback):
        note("exit", kind.__name__)

    def verify(self):
        assert False

    def update(self):
        assert False, "update fails"


class Service(Component):

    def configure(self):
        self += Guarded()

    def verify(self):
        note("never")
