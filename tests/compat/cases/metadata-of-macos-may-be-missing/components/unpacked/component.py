from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import BinaryFile


class Unpacked(Component):
    def configure(self):
        self += BinaryFile("a.tar.gz", source="a.tar.gz")
        extract = Extract("a.tar.gz")
        self += extract
        assert extract.extractor.exclude == "--exclude='._*'"
