from batou.component import Component
from batou.lib.file import File


class Restart(Component):

    namevar = "name"

    def verify(self):
        self.parent.assert_no_changes()

    def update(self):
        with open("restarts", "a") as restarts:
            restarts.write(self.name + "\n")


class Unrelated(Component):

    def configure(self):
        self += File("unrelated", content="unrelated\n")
        self += Restart("unrelated")


class Service(Component):

    def configure(self):
        self += Unrelated()
        self += File("config.txt")
        self += Restart("service")

    def verify(self):
        self.assert_no_subcomponent_changes()

    def update(self):
        with open("restarts", "a") as restarts:
            restarts.write("whole service, changed is %s\n" % self.changed)
