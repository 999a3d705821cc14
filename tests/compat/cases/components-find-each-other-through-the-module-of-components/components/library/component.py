from batou.component import Component
from batou.lib.file import File

CONSTANT = 42


class Helper(Component):

    namevar = "name"

    def configure(self):
        self += File(self.name, content="{{component.name}}\n", template_context=self)
        self += File("from-library.txt")
