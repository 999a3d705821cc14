import os

from batou.lib.git import Clone as GitClone


class Mine(GitClone):
    def has_incoming_changesets(self):
        return not os.path.exists("file")

    def has_changes(self):
        return False


from batou.component import Component


class Checkout(Component):
    def configure(self):
        self += Mine("@SANDBOX@/outside/.repositories/up", target="code", branch="main")
