from batou.lib.git import Clone
from batou.component import Component


class Checkout(Component):
    def configure(self):
        self += Clone(open("url").read().strip(), target="code", branch="main", vcs_update=False)
