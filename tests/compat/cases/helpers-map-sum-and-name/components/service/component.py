import os

from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        lines = [
            self.map("a/../b").replace(self.workdir, "WORK"),
            self.map("/absolute/../path"),
            self.map("~/x") == os.environ["HOME"] + "/x",
            self.checksum(),
            self.checksum(b"one"),
            self.checksum(b"two"),
            self.checksum(),
            repr(self),
            self._breadcrumbs,
        ]
        self += File("lines", content="\n".join(map(str, lines)) + "\n", is_template=False)
        lines.append(repr(self._))
        self += File("more", content=repr(self._) + "\n", is_template=False)

    def verify(self):
        self.assert_cmd("test -e touched")

    def update(self):
        self.touch("touched")
