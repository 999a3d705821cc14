from batou.component import Component
from batou.lib.file import File


class Writer(Component):

    def verify(self):
        assert False

    def update(self):
        with open("made.txt", "w") as made:
            made.write("made on {{host.name}}\n")


class Files(Component):

    def configure(self):
        self += Writer()
        self += File("copy", source=self.workdir + "/made.txt")
