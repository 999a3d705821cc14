from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import BinaryFile


class Unpacked(Component):
    def configure(self):
        for name in ("gzip.tar", "zstandard.tar", "xz.tgz", "plain.tar.gz", "bzip2.tar.gz"):
            self += BinaryFile(name, source=name)
            self += Extract(name)
