from batou.component import Component
from batou.lib.file import File


class Files(Component):

    def configure(self):
        self += File("file", content="text", source="component.py")
