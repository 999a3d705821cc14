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
        results.append(utils.cmd(["echo", "a b", "c'd", "$((1+1))"]))
        results.append(utils.cmd(("echo", "x"), silent=True))
        results.append((utils.cmd(""), utils.cmd("cat")))
        results.append(utils.cmd("exit 3", acceptable_returncodes=[3]))
        results.append(outcome(utils.cmd, "exit 0", acceptable_returncodes=[3]))
        results.append(outcome(utils.cmd, ["echo", "e f'g"]))
        results.append(utils.cmd("printf '\\377'", encoding="latin-1"))
        results.append(utils.cmd("echo x", encoding=None))
        results.append(utils.cmd("printf 'a\\r\\nb'"))
        try:
            utils.cmd("echo o; echo e >&2; kill -9 $$")
        except utils.CmdExecutionError as error:
            results.append((error.args, str(error)))
        results.append((utils.get_output("echo x; exit 2"), utils.get_output("true", "default"), utils.get_output("exit 1")))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
