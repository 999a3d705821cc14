import io
import os
import sys

from batou._output import TerminalBackend
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
        before, environ = sys.stdout, dict(os.environ)

        def printed(call, *arguments, **format):
            sys.stdout = stream = io.StringIO()
            try:
                getattr(TerminalBackend(), call)(*arguments, **format)
                return stream.getvalue()
            except Exception as error:
                return type(error).__name__
            finally:
                sys.stdout = before

        for name in ("NO_COLOR", "IN_TOX_TEST"):
            os.environ.pop(name, None)
        os.environ["PY_COLORS"] = "0"
        for columns in ("80", "81", "40", "39", "x", "120"):
            os.environ["COLUMNS"] = columns
            for title in ("T", "Ti", "", "ü" * 10, "x" * 100):
                results.append((columns, printed("sep", "=", title)))
        os.environ["PY_COLORS"] = "1"
        for name in ("black", "red", "green", "yellow", "blue", "purple", "cyan", "white", "Red", "White", "bold", "light", "blink", "invert", "none"):
            results.append((name, printed("line", "text", **{name: True})))
        results.append(printed("line", "text", bold=True, red=False, green=True))
        results.append(printed("write", "text", red=True))
        for name in ("PY_COLORS", "COLUMNS"):
            os.environ.pop(name)
            if name in environ:
                os.environ[name] = environ[name]
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
