import hashlib
import os

from batou.component import Component
from batou.lib.cmmi import Build


class Built(Component):
    def configure(self):
        archive = os.path.join(self.defdir, "program-1.0.tar.gz")
        with open(archive, "rb") as file:
            checksum = hashlib.md5(file.read()).hexdigest()
        self += Build(f"file://{archive}", checksum=f"md5:{checksum}", configure_args="--with-x")
