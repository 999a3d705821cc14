from batou.component import Component
from batou.lib.file import Directory, File


class Stamp(Component):

    namevar = "path"

    def configure(self):
        self.path = self.map(self.path)

    def verify(self):
        self.assert_component_is_current(self.parent.files)

    def update(self):
        self.touch(self.path)

    def last_updated(self):
        import os
        if not os.path.exists(self.path):
            return None
        return os.stat(self.path).st_mtime


class Build(Component):

    def configure(self):
        self.files = []
        for name in ("a", "b"):
            self += File(name, content=name)
            self.files.append(self._)
        self += Directory("directory")
        self += File("directory/inside", content="inside\n")
        self.files.append(Directory("directory"))
        self += Stamp("stamp")
