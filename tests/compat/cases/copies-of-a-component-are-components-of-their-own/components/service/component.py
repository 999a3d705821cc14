import copy

from batou.component import Attribute, Component
from batou.lib.file import File


class Part(Component):

    namevar = "name"
    size = Attribute(int, 1)
    text = "text"


class Service(Component):

    def configure(self):
        template = Part("template", size=5)
        for name in ("one", "two"):
            part = copy.copy(template)
            part.name = name
            part.text = name
            self += part
        self += template
        facts = [(part.name, part.size, part.text, part._breadcrumbs) for part in self.sub_components]
        self += File("facts", content="\n".join(map(str, facts)) + "\n")
