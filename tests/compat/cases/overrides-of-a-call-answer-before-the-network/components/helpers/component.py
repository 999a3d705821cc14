from batou import utils
from batou.component import Component
from batou.lib.file import File


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        utils.resolve_override["known.invalid"] = "10.0.0.1"
        utils.resolve_v6_override["known.invalid"] = "fd00::1"
        results.append((utils.resolve("known.invalid"), utils.resolve("known.invalid", "80"), utils.resolve_v6("known.invalid", 80)))
        results.append(utils.resolve("own.invalid", 80, {"own.invalid": "10.0.0.2"}))
        results.append(utils.resolve_v6("own.invalid", 80, resolve_override={"own.invalid": "fd00::2"}))
        results.append((utils.resolve("127.0.0.1", 80), utils.resolve_v6("::1", 80)))
        results.append(outcome(utils.resolve_v6, "fe80::1", 80))
        results.append(outcome(utils.resolve, "127.0.0.1", "http"))
        results.append(str(utils.Address("known.invalid:80", require_v6=True).listen_v6))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
