from batou.component import Component
from batou.lib.file import File


class Thing(Component):

    def configure(self):
        self += File("ascii", content="größe\n", encoding="ascii")
