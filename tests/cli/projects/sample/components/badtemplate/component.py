from batou.component import Component
from batou.lib.file import File


class Badtemplate(Component):

    def configure(self):
        self += File("server.conf")
