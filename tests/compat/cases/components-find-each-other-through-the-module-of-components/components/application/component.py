from batou.component import Component
from batou.lib.file import File
import batou.c


class Application(Component):

    def configure(self):
        self += batou.c.library.Helper("helped")
        self += File("names", content="%s %s\n" % (batou.c.library.CONSTANT, batou.c.library.__name__))
