from batou.component import Component
from batou.lib.file import File


class Missingsource(Component):

    def configure(self):
        self += File("server.conf")
