from batou.component import Attribute, Component
from batou.lib.file import File


class Optional(Component):

    namevar = "name"
    size = Attribute(int, 1)

    def __init__(self, namevar=None, **kw):
        if namevar is None:
            namevar = "by default"
        super().__init__(namevar, **kw)
        self.extra = "set by the constructor"


class Several(Component):

    def __init__(self, first, *others, keyword=None):
        super().__init__()
        self.text = "%s %s %s" % (first, others, keyword)


class New(Component):

    namevar = "name"

    def __new__(cls, *args, **kw):
        new = super().__new__(cls)
        new.made_by_new = True
        return new


class Service(Component):

    def configure(self):
        facts = []
        for part in (Optional(), Optional("given", size=2)):
            self += part
            facts.append([part.name, part.size, part.extra])
        self += Several(1, 2, 3, keyword=4)
        facts.append(self._.text)
        self += New("new")
        facts.append([self._.name, self._.made_by_new])
        self += File("facts", content="\n".join(map(str, facts)) + "\n")
