import os

from batou.component import Component
from batou.lib.file import File
from batou.utils import locked


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        path = "/tmp/batou-compat-lock-{}".format(os.getpid())
        with locked(path):
            with open(path) as file:
                results.append(file.read() == "{}\n".format(os.getpid()))
        results.append((os.path.exists(path), os.path.getsize(path)))
        try:
            with locked(path):
                raise KeyError("inside")
        except KeyError:
            results.append(os.path.exists(path))
        with locked(path, exit_on_failure=True):
            pass
        os.unlink(path)
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
