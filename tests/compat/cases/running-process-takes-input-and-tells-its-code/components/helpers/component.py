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
        process = utils.cmd("cat; echo problem >&2; exit 4", communicate=False)
        process.stdin.write(b"given\n")
        results.append(process.communicate())
        results.append((process.returncode, process.args))
        process = self.cmd("cat >/dev/null; exit 5", communicate=False)
        process.stdin.close()
        results.append((process.wait(), process.stdout.read(), process.stderr.read()))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
