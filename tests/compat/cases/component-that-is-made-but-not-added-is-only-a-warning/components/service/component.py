from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        File("forgotten", content="forgotten\n")
        self += File("added", content="added\n")
