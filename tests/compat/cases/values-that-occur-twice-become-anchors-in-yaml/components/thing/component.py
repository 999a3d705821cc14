from batou.component import Component
from batou.lib.file import Content, YAMLContent


class Thing(Component):

    def configure(self):
        shared = {"a": [1]}
        text = "text"
        itself = [1]
        itself.append(itself)
        self += YAMLContent("shared", data={"x": shared, "y": [shared, shared["a"]], "z": (), "t": (), "texts": [text, text], "key": {(1, 2): 1}})
        self += YAMLContent("itself", data=itself)
