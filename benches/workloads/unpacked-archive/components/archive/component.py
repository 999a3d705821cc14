import os

from batou.component import Component
from batou.lib.archive import Extract


class Archive(Component):
    def configure(self):
        self += Extract(os.path.join(self.environment.base_dir, "content.tar.gz"), target="content")
