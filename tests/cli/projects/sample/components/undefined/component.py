from batou.component import Component
from batou.lib.file import File


class Undefined(Component):

    def configure(self):
        self += File("server.conf")
