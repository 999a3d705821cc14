from batou.component import Component
from batou.lib.file import File
from batou.utils import Address


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        for arguments in (("h:80",), ("h", 80), ("h", "80"), ("h:80", 90), ("h",), ("::1", 80), ("a:b:c",), ("h", 0), ("h:", 4), (":80",)):
            results.append(outcome(lambda: (str(Address(*arguments)), Address(*arguments).connect.host, Address(*arguments).connect.port)))
        one, other = Address("a:1"), Address("b:1")
        results.append((one < other, one <= other, one > other, one == Address("a", 1), one != other, one == "a:1"))
        results.append(outcome(lambda: one < "b"))
        results.append(outcome(hash, one))
        results.append(sorted(map(str, sorted([other, one]))))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
