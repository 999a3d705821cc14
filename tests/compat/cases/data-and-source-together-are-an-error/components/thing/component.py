from batou.component import Component
from batou.lib.file import Content, JSONContent


class Thing(Component):

    def configure(self):
        self += JSONContent("both", data={"a": 1}, source="source.json")
