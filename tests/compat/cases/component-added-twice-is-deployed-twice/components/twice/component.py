from batou.component import Component


class Note(Component):

    def verify(self):
        assert False

    def update(self):
        with open("notes", "a") as notes:
            notes.write(self._breadcrumbs + "\n")


class Group(Component):

    def configure(self):
        self.note = Note()
        self += self.note


class Twice(Component):

    def configure(self):
        self += Group()
        self += self._.note
