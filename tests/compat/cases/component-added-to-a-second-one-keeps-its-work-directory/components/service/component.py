import os

from batou.component import Component
from batou.lib.file import File


class Part(Component):

    namevar = "name"


class Counted(Component):

    def configure(self):
        self.configured_below = os.path.basename(self.workdir)

    def verify(self):
        with open("verified", "a") as verified:
            verified.write(self._breadcrumbs + "\n")


class Service(Component):

    def configure(self):
        first = Part("first")
        self += first
        counted = Counted()
        first += counted
        before = counted._breadcrumbs
        self.workdir = os.path.join(self.workdir, "elsewhere")
        second = Part("second")
        self += second
        second += counted
        self += File("facts", content="\n".join([
            before,
            counted._breadcrumbs,
            counted.configured_below,
            str(counted in first.sub_components),
            str(counted.parent is second),
            str(second._ is counted),
        ]) + "\n")
