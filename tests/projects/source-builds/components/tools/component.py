import os

from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.cmmi import Build, Configure, Make
from batou.lib.download import Download
from batou.lib.file import File


class Greeter(Component):
    """A program of one's own upstream, as it is."""

    archive = "file://@SANDBOX@/outside/.repositories/greeter-1.0.tar.gz"
    checksum = "md5:"

    def configure(self):
        with open("@SANDBOX@/outside/.repositories/greeter.md5") as file:
            self.checksum = "md5:" + file.read().split()[0]
        self += Build(self.archive, checksum=self.checksum, configure_args="--with-greeting=hello", prefix=self.map("built"))
        self.provide("greeter", self.map("built/bin/greeter"))


class Patched(Component):
    """The same with a patch, in single steps."""

    def configure(self):
        self.original = self.require_one("greeter")
        with open("@SANDBOX@/outside/.repositories/greeter.md5") as file:
            checksum = "md5:" + file.read().split()[0]
        download = Download("file://@SANDBOX@/outside/.repositories/greeter-1.0.tar.gz", checksum=checksum)
        self += download
        self += Extract(download.target, target="source", strip=1)
        self += File("louder.patch", is_template=False)
        self += Patch("source", patch="louder.patch")
        self += Configure(self.map("source"), args="--with-greeting=patched", prefix=self.map("."))
        self += Make(self.map("source"))
        self += File("compare", content="#!/bin/sh\n{{component.original}} you\n{{component.workdir}}/bin/greeter you\n", mode=0o755)


class Patch(Component):

    namevar = "directory"
    patch = ""

    def verify(self):
        assert os.path.exists(self.directory + "/.patched")
        with open(self.directory + "/.patched") as applied, open(self.patch) as wanted:
            assert applied.read() == wanted.read()

    def update(self):
        self.cmd("cd {{component.directory}} && patch -p1 < ../{{component.patch}} && cp ../{{component.patch}} .patched")
