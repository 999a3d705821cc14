import os

from batou.component import Attribute, Component, ConfigString
from batou.lib.archive import Extract
from batou.lib.cmmi import Configure, Make
from batou.lib.download import Download
from batou.lib.file import File


class Change(Component):
    """Changes a file of the sources once, and again if the change is another one or the sources are new."""

    namevar = "source"
    path = None

    def configure(self):
        self += File(self.source, is_template=False)
        self.stamp = f"{self.path}.changed"

    def verify(self):
        self.assert_file_is_current(self.stamp, [self.source])
        self.parent.assert_no_changes()

    def update(self):
        self.cmd(f"sed -i -f {self.source} {self.path} && touch {self.stamp}")


class Counter(Component):
    """A small program that is built as C programs are: configure, make, make install."""

    version = Attribute(str, "1.0")
    checksum = Attribute(str, "sha256:052a5b0c4509b16b992a039210049777731a332689d9e2d81031ddc0edc24050")
    mirror = Attribute(str, ConfigString("file://{{environment.base_dir}}/mirror"))
    greeting = Attribute(str, "Hello")

    def configure(self):
        self.prefix = os.path.join(self.workdir, "installed")
        archive = Download(f"{self.mirror}/counter-{self.version}.tar", checksum=self.checksum)
        self += archive
        sources = f"counter-{self.version}"
        self += Extract(archive.target, target=sources, strip=1)
        self += Change("greeting.sed", path=f"{sources}/counter.in")
        self += Configure(sources, prefix=self.prefix, args=f"--with-greeting={self.greeting}")
        self += Make(sources)
        self.provide("counter", os.path.join(self.prefix, "bin", "counter"))
