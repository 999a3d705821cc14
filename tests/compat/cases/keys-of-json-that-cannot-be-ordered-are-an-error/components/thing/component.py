from batou.component import Component
from batou.lib.file import Content, JSONContent


class Thing(Component):

    def configure(self):
        self += JSONContent("mixed", data={1: 2, "a": 3})
