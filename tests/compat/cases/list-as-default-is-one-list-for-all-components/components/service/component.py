from batou.component import Attribute, Component
from batou.lib.file import File


class Part(Component):

    items = Attribute("list", default=["first"])

    def configure(self):
        self.items.append("more")


class Service(Component):

    def configure(self):
        self += Part()
        self += Part()
        own = Part(items=["own"])
        self += own
        self += Part()
        lists = [part.items for part in self.sub_components]
        facts = [lists, lists[0] is lists[1], Part.items.default is lists[0], own.items]
        self += File("facts", content="\n".join(map(str, facts)) + "\n")
