import os

from batou.component import Component
from batou.lib.git import Clone


class Checkout(Component):
    def configure(self):
        self += Clone("file://" + os.path.join(self.environment.base_dir, "upstream"), target="code", branch="main")
