import os.path

from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        outside = os.path.dirname(self.environment.base_dir) + "/outside"
        self += File(outside + "/file", content="outside\n")
        self += File(outside + "/deep/file", content="outside\n", leading=True, mode=0o600)
        self += File("../sibling", content="sibling\n")
