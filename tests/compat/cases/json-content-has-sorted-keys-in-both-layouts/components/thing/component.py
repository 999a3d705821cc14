from batou.component import Component
from batou.lib.file import Content, File, JSONContent


class Thing(Component):

    def configure(self):
        data = {"b": [1, 2.5, 1e22, -0.0, True, None, [], {}, [[1], [[]]]], "a": {"x": "größe \u2028 🚀 \x7f\t\\\"", "": ""}, "10": 2**70,
                "nan": [float("nan"), float("inf"), float("-inf")]}

        self += JSONContent("readable", data=data)
        self += JSONContent("compact", data=data, human_readable=False)
        self += JSONContent("numbers", data={3: 1, 1: 2, 2.5: (1, 2)})
        self += JSONContent("text", data="text")
