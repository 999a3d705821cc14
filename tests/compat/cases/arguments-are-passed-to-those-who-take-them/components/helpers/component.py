from batou.component import Component
from batou.lib.file import File
from batou.utils import call_with_optional_args as call


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Caller:
    def none(self):
        return "none"

    def named(self, predicting=False):
        return predicting

    def keywords(self, **keywords):
        return sorted(keywords)

    def positional(self, *arguments):
        return arguments

    def needed(self, needed):
        return needed


class Helpers(Component):
    def configure(self):
        results = []
        caller = Caller()
        for name in ("none", "named", "keywords", "positional"):
            results.append(outcome(call, getattr(caller, name), predicting=True, other=1))
        results.append(outcome(call, caller.needed, predicting=True))
        results.append(call(lambda a, b=2: (a, b), a=1, c=3))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
