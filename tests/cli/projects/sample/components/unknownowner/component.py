from batou.component import Component
from batou.lib.file import File


class Unknownowner(Component):

    def configure(self):
        self += File("server.conf", content="x", owner="nobody-here")
