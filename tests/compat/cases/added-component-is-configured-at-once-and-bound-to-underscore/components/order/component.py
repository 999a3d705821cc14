from batou.component import Component
from batou.lib.file import File

SEEN = []


class Inner(Component):

    namevar = "name"

    def configure(self):
        SEEN.append("inner " + self.name)


class Outer(Component):

    def configure(self):
        SEEN.append("outer begins")
        self += Inner("first")
        SEEN.append("underscore is %s" % self._.name)
        self += None
        SEEN.append("after nothing underscore is %s" % self._.name)
        second = Inner("second")
        self |= second
        SEEN.append("prepared only: %s" % [c.name for c in self.sub_components])
        SEEN.append("underscore is %s" % self._.name)
        self |= None
        SEEN.append("underscore is %r" % self._)
        self += second
        SEEN.append("added: %s" % [c.name for c in self.sub_components])


class Order(Component):

    def configure(self):
        del SEEN[:]
        self += Outer()
        self._ += Inner("from outside")
        self += File("seen", content="\n".join(SEEN) + "\n", is_template=False)
        self += File(
            "tree",
            content="\n".join(repr(c) for c in self.recursive_sub_components) + "\n",
            is_template=False,
        )
