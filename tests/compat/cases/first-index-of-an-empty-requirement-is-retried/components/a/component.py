from batou.component import Component
from batou.lib.file import File


class Consumer(Component):

    def configure(self):
        self.address = self.require("address")[0]
        self += File("address", content="{{component.address}}\n")


class Provider(Component):

    def configure(self):
        self.provide("address", "localhost:80")
