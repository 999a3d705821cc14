import sys

import batou.c
from batou.c.a import A as Loaded
from batou.component import Component
from batou.lib.file import File

ORDER = [name for name in sys.modules if name.startswith("batou.c.")]


class Z(Component):

    def configure(self):
        facts = [ORDER, self.require("a"), Loaded is batou.c.a.A, batou.c.a.__name__, sorted(vars(batou.c).keys() & {"a", "a-b", "z"})]
        self += File("facts", content="\n".join(map(str, facts)) + "\n")
