from batou.component import Component


def note(*words):
    with open("../notes", "a") as notes:
        notes.write(" ".join(map(str, words)) + "\n")


class Guarded(Component):

    namevar = "name"
    error = None

    def __enter__(self):
        note("enter", self.name)
        return "unused"

    def __exit__(self, kind, error, traceback):
        note("exit", self.name, kind.__name__ if kind else None, error)
        return self.name == "swallowing"

    def verify(self):
        if self.error:
            raise ValueError(self.error)
        assert False

    def update(self):
        note("update", self.name)


class Service(Component):

    def configure(self):
        self += Guarded("calm")
        self += Guarded("swallowing", error="wrong")
        self += Guarded("after")

    def verify(self):
        note([(part.name, part.changed) for part in self.sub_components])
