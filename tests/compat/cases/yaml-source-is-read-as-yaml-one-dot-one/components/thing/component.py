from batou.component import Component
from batou.lib.file import Content, File, YAMLContent


class Thing(Component):

    def configure(self):
        self += YAMLContent("again", source="source.yaml")
        self += File("seen", content=repr(self._.data), is_template=False)
        self += YAMLContent("merged", source="source.yaml", override={"list": [3], "base": {"b": 5}, "new": "x"})
        self += YAMLContent("nothing", source="empty.yaml")
