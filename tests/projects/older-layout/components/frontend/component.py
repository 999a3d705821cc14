from batou.component import Attribute, Component, platform
from batou.lib.file import File, Mode
from batou.utils import Address, hash


class Frontend(Component):

    public = Attribute(Address, "{{host.fqdn}}:80")

    def configure(self):
        self.backends = sorted(self.require("workers", host=self.host), key=lambda worker: worker.number)
        self += File("site.conf")
        # The digest of the page is part of its name, so that caches do not keep an old one.
        self += File("maintenance-%s.html" % hash(self.defdir + "/maintenance.html")[:8], source="maintenance.html")
        self += File("reload.sh", content="#!/bin/sh\nkill -HUP $(cat frontend.pid)\n")
        self += Mode("reload.sh", mode=0o755)


@platform("lts", Frontend)
class Certificates(Component):

    def configure(self):
        self += File("certificates.conf", content="names = {{component.parent.public.connect.host}}\n")
