from batou.component import Component
from batou.lib.file import File


class Product(Component):

    def verify(self):
        self.assert_file_is_current("product", ["source.txt", "no-such-file"])

    def update(self):
        self.cmd("cat source.txt > product; echo made >> made")


class Build(Component):

    def configure(self):
        self += File("source.txt")
        self += Product()
