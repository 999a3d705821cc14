from batou.component import Component
from batou.lib.file import File
from batou.utils import dict_merge


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        for a, b in (
            ({}, {}), ({"a": 1}, {"a": 2}), ({"a": [1]}, {"a": [2]}), ({"a": [1]}, {"a": "xy"}), ({"a": {"b": 1}}, {"a": 3}),
            ({"a": {"b": 1}}, {"a": {"c": 3}}), ({"a": 1}, {"a": {"c": 3}}), ({"a": 1}, None), ([1], [2]), ({"a": (1,)}, {"a": (2,)}),
            ({"a": [1]}, {"a": 3}), ({"a": [1]}, {"a": {"k": 1}}), ({"a": None}, {"a": {"x": 1}}),
        ):
            results.append(outcome(dict_merge, a, b))
        first, second = {"list": [1], "map": {"x": [1]}}, {"map": {"y": 2}}
        merged = dict_merge(first, second)
        merged["list"].append(2)
        merged["map"]["x"].append(2)
        results.append((first, second, merged))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
