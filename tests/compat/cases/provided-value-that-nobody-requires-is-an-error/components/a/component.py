from batou.component import Component
from batou.lib.file import File


class Provider(Component):

    def configure(self):
        self.provide("address", "localhost:80")
        self += File("never", content="written\n")
