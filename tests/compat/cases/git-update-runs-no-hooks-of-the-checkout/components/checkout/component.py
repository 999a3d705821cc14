from batou.lib.git import Clone
from batou.component import Component


class Checkout(Component):
    def configure(self):
        self += Clone("@SANDBOX@/outside/.repositories/up", target="code", branch="main")
