from batou.component import Component
from batou.lib.file import Content, JSONContent, YAMLContent


class Thing(Component):

    def configure(self):
        self += JSONContent("both", data={"a": 1}, content='{"b": 2}')
        self += YAMLContent("yaml", data={"a": 1}, content='b: [2]')
        self += JSONContent("empty", source="empty")
        self += YAMLContent("empty-yaml", source="empty")
        self += JSONContent("empty-data", source="source.json", data={})
