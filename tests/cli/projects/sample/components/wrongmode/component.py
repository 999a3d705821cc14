from batou.component import Component
from batou.lib.file import File


class Wrongmode(Component):

    def configure(self):
        self += File("server.conf", content="x", mode="rwxr-x--")
