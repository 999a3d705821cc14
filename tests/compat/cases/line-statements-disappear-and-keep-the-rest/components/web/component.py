from batou.component import Component
from batou.lib.file import File


class Web(Component):

    numbers = (1, 2, 3)

    def configure(self):
        self += File("lines.conf")
