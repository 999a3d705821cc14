from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.file import File


class Unpacked(Component):
    def configure(self):
        self += File("a.tar.gz", content="<html>not found</html>", is_template=False)
        self += Extract("a.tar.gz")
