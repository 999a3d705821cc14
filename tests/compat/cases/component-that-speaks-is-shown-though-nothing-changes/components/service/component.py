import batou
from batou.component import Component


class Part(Component):

    namevar = "name"

    def verify(self):
        if self.name == "speaking":
            self.log("%d%% done", 50)
        if self.name == "printing":
            batou.output.line("a line")
        if self.name == "keeping back":
            batou.output.buffer("line", "nobody sees this")


class Service(Component):

    def configure(self):
        for name in ("silent", "speaking", "keeping back", "printing", "silent too"):
            self += Part(name)
        self.log("100%% configured")
