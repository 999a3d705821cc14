from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import BinaryFile


class Unpacked(Component):
    def configure(self):
        self += BinaryFile("a-1.0.tar.gz", source="a-1.0.tar.gz")
        self += Extract("a-1.0.tar.gz", strip=1)
        self += BinaryFile("b.tar", source="b.tar")
        self += Extract("b.tar", strip=1, target="else/where")
