from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import BinaryFile


class Unpacked(Component):
    def configure(self):
        self += BinaryFile("a.tar.gz", source="a.tar.gz")
        extract = Extract("a.tar.gz", create_target_dir=False, target="ignored")
        self += extract
        assert extract.target == self.workdir
