from batou.component import Component


class Marker(Component):

    namevar = "name"

    def verify(self):
        self.assert_cmd("test -e {{component.name}}.marker")

    def update(self):
        self.cmd("touch {{component.name}}.marker")
        with open("trace", "a") as trace:
            trace.write(self.name + "\n")


class Commands(Component):

    def configure(self):
        self += Marker("one")
        self += Marker("two")
