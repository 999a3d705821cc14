from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import BinaryFile


class Unpacked(Component):
    def configure(self):
        for name in ("a.tar.gz", "b.zip"):
            self += BinaryFile(name, source=name)
            self += Extract(name)
