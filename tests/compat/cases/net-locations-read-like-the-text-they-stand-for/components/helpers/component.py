from batou.component import Component
from batou.lib.file import File
from batou.utils import NetLoc


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        for arguments in (("h", 1), ("::1", 1), ("h",), ("h", 0), ("h", ""), ("::1",)):
            results.append((str(NetLoc(*arguments)), repr(NetLoc(*arguments))))
        results.append((NetLoc("h", 1) == "h:1", "h:1" == NetLoc("h", 1), NetLoc("h", 1) == NetLoc("h", "1"), NetLoc("h") == None))
        results.append((NetLoc("a") < NetLoc("b"), NetLoc("a") <= "a", NetLoc("b") > "a", NetLoc("a") >= NetLoc("b")))
        results.append(outcome(lambda: NetLoc("a") < 3))
        results.append(outcome(hash, NetLoc("a")))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
