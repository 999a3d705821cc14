import batou
from batou.component import Component
from batou.lib.file import File


class Follower(Component):
    namevar = "name"

    def verify(self):
        if self.parent.changed:
            raise batou.UpdateNeeded()

    def update(self):
        with open(self.name, "a") as file:
            file.write("the parent had changed\n")


class Service(Component):
    def configure(self):
        self += Follower("before")
        self += File("part", content="text")
        self += Follower("after")
