from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        self += File("file", content="text\n")
