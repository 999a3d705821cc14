"""The frontend: a web server's configuration, made from the addresses of all backends."""

from batou.component import Attribute, Component, ConfigString, platform
from batou.lib.file import File, Symlink
from batou.utils import Address


class Frontend(Component):

    public_address = Attribute(Address, ConfigString("{{host.fqdn}}:8000"))

    def configure(self):
        self.settings = self.require_one("settings")
        # Whatever the order of the components: this is repeated until all that is provided has arrived. The order of
        # the values is not fixed, so whoever needs one sorts.
        self.backends = sorted(
            self.require("backend"), key=lambda backend: str(backend.address)
        )
        self += File("site.conf")
        self += Symlink("current.conf", source="site.conf")


# Added to `Frontend` where the platform of the host is `development`.
@platform("development", Frontend)
class DevelopmentFrontend(Component):

    def configure(self):
        self += File(
            "debug.conf",
            content="# {{host.name}} shows errors in full.\nerror_log stderr debug;\n",
        )


# The same for `production`.
@platform("production", Frontend)
class ProductionFrontend(Component):

    def configure(self):
        self += File("tls.conf", source="tls.conf")
