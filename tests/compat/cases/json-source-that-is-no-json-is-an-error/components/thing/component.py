from batou.component import Component
from batou.lib.file import Content, JSONContent


class Thing(Component):

    def configure(self):
        self += JSONContent("broken", source="source.json")
