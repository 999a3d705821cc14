from batou.component import Component
from batou.lib.file import File


class Broken(Component):

    def configure(self):
        self += File("x", content="y", colour="red")
