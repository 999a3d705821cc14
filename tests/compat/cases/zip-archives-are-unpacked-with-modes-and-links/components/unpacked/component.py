from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import BinaryFile


class Unpacked(Component):
    def configure(self):
        self += BinaryFile("a.zip", source="a.zip")
        self += Extract("a.zip")
        self += BinaryFile("b.zip", source="b.zip")
        self += Extract("b.zip", target="else/where")
