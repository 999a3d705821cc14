from batou.component import Component
from batou.lib.file import File


class Later(Component):

    def configure(self):
        self += File("copy.txt", source=self.workdir + "/made-by-another-component.txt")
