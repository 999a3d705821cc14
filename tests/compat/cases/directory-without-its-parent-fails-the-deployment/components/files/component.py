from batou.component import Component
from batou.lib.file import Directory


class Files(Component):

    def configure(self):
        self += Directory("two/three")
