from batou.component import Component
from batou.lib.file import File


class Disk(Component):

    def configure(self):
        self.provide("disk", "disk of " + self.host.name)


class Report(Component):

    def configure(self):
        own = self.require_one("disk", host=self.host)
        every = sorted(self.require("disk"))
        self += File("report-" + self.host.name, content="%s\n%s\n" % (own, every))
