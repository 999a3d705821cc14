from batou.component import Attribute, Component
from batou.lib.file import File


class Hello(Component):

    greeting = Attribute(str, "Hello")
    names = Attribute(int, 1)

    def configure(self):
        self += File("hello.txt")
