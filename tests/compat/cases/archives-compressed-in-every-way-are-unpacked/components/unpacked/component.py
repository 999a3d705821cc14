from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import BinaryFile


class Unpacked(Component):
    def configure(self):
        for suffix in ("tar", "tar.gz", "tgz", "tar.bz2"):
            name = suffix.replace(".", "-")
            self += BinaryFile(f"{name}.{suffix}", source=f"{name}.{suffix}")
            self += Extract(f"{name}.{suffix}")
        self += BinaryFile("xz.tar.xz", source="xz.tar.xz")
        self += Extract("xz.tar.xz", target="xz")
