from batou.component import Attribute, Component
from batou.lib.file import File


class Hello(Component):

    path = Attribute(str, "hello.txt")

    def configure(self):
        self += File(self.path, content="Hello\n")
