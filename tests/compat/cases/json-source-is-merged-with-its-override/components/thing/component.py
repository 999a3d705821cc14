from batou.component import Component
from batou.lib.file import Content, File, JSONContent


class Thing(Component):

    def configure(self):
        self += JSONContent("merged", source="source.json", override={"list": [3], "inner": {"b": {"c": 1}}, "new": {"x": [1]}, "value": None})
        self += JSONContent("replaced", source="source.json", override=["other"])
        self += JSONContent("same", source="source.json")
        self += File("seen", content=repr(self._.data) + self._.content_compact, is_template=False)
