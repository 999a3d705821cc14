from batou.component import Component


class Disk(Component):

    def configure(self):
        self.provide("disk", "disk of " + self.host.name)


class Report(Component):

    def configure(self):
        self.require("disk", host=self.host)
