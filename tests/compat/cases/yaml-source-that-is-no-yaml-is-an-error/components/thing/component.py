from batou.component import Component
from batou.lib.file import Content, YAMLContent


class Thing(Component):

    def configure(self):
        self += YAMLContent("broken", source="source.yaml")
