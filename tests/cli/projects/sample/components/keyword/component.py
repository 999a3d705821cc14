from batou.component import Component
from batou.lib.file import File


class Keyword(Component):

    def configure(self):
        self += File("server.conf", contents="x")
