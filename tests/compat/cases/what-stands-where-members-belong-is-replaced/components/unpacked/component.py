from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import BinaryFile


class Unpacked(Component):
    def configure(self):
        self += BinaryFile("a.tar.gz", source="a.tar.gz")
        self += Extract("a.tar.gz")
