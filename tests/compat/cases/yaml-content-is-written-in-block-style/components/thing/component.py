from batou.component import Component
from batou.lib.file import Content, YAMLContent


class Thing(Component):

    def configure(self):
        long = "word " * 40
        self += YAMLContent("values", data={
            "b": [1, -1, 2**70, 2.5, 1e22, 1e-7, True, None, [], {}, [[1], [[]]], {"x": 1, "y": [2]}],
            "floats": [float("inf"), float("-inf"), float("nan"), 0.1, -0.0, 1e300],
            "nested": {"deep": {"deeper": [{"a": [1, {"b": None}]}]}}, 5: "number", None: "none", True: 1} | {"t": (1, 2)})
        self += YAMLContent("texts", data=[
            "", "plain", "true", "Yes", "n", "null", "~", "1", "0x1F", "017", "1_000", "1:30", "1e3", "1.5e+3", ".5", "2001-01-01", "2001-01-01 10:00:00",
            "- a", "a: b", "a #b", "#a", "a#b", ":", "?", "-", "--- a", "...", "{a", "[a", "a, b", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "'", '"', "it's",
            " a", "a ", "a\nb", "a\n", "\na", "a\n\nb\n", "a\n b", "a \nb", "\t", "a\tb", "ü", "größe 🚀", "\x00\x07\x1b\x7f", "\x85\xa0\u2028\u2029\ufeff",
            "=", "<<", "a\r\nb", "\\", "C:\\x", "key: " * 30, long, long + "\n" + long, "ü" * 100, "größe " * 40, "x" * 200, "it's " * 40, " " * 100])
        self += YAMLContent("keys", data={"x" * 122: 1, "x" * 123: 2, "y" * 200: [1], "a\nb": {"c": 1}, "": 0, "ü" * 100: 1, "a: b": 1, "long key " * 12: "v " * 50})
        self += YAMLContent("text", data="text")
        self += YAMLContent("number", data=5)
        self += YAMLContent("list", data=["a", ["b"]])
