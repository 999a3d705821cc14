from batou.component import Component
from batou.lib.file import File


class Good(Component):

    def configure(self):
        self += File("file", content="first version\n")


class Sometimes(Component):

    def configure(self):
        with open("switch") as switch:
            if switch.read().strip() == "fail":
                raise RuntimeError("told to fail")
