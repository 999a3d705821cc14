from batou.component import Component
from batou.lib.file import File
from batou.utils import export_environment_variables as export


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        results.append(export({"B": "x y", "A": "it's", "_1": "", "C": "ok-1/2", "D": "$x", "e": "a;b"}))
        results.append(export({}))
        for name in ("1a", "a-b", "", "a b"):
            results.append(outcome(export, {name: "x"}))
        results.append(outcome(export, {"a": 1}))
        results.append(self.cmd(export({"A": "it's $HOME"}) + '\necho "$A"'))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
