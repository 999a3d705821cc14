import batou.lib.svn
from batou.component import Component


class Checkout(Component):
    def configure(self):
        self += batou.lib.svn.Subversion(
            "file://@SANDBOX@/outside/.repositories/up", target="code", revision=open("revision").read().strip()
        )
