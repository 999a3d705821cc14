from batou.component import Component
from batou.lib.file import File


class Part(Component):

    namevar = "name"


class Service(Component):

    def configure(self):
        facts = [repr(self._)]
        self += Part("a")
        facts.append(self._.name)
        self += None
        facts.append(self._.name)
        attached = Part("b")
        self |= attached
        facts.append([self._.name, attached.parent is self, len(self.sub_components), attached._prepared])
        self |= None
        facts.append(self._)
        self += attached
        facts.append([self._.name, len(self.sub_components)])
        self._ += Part("below")
        facts.append([self._._.name, self._._._breadcrumbs])
        facts.append([part.name for part in self.recursive_sub_components])
        self += File("facts", content="\n".join(map(str, facts)) + "\n")
