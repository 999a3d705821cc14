"""What the components that call programs for version control have in common."""

import _batou_git
import _batou_process

from batou.utils import CmdExecutionError


def run(component, *arguments, acceptable=(0,)):
    """Runs a program with its arguments and returns (return code, standard output). Messages show no passwords."""
    words = [_batou_process.quote(str(argument)) for argument in arguments]
    environment = {"LC_ALL": "C.UTF-8", "HGPLAIN": "1", "HGENCODING": "utf-8"}
    try:
        stdout, _ = component.cmd(" ".join(words), env=environment, expand=False)
    except CmdExecutionError as error:
        if error.returncode in acceptable:
            return error.returncode, error.stdout
        if error.returncode == 127:
            raise RuntimeError(
                f"{component._breadcrumb} needs the program `{arguments[0]}`, which is not installed on this host."
            ) from None
        texts = [_batou_git.masked(text) for text in (error.cmd, error.stdout, error.stderr)]
        raise CmdExecutionError(texts[0], error.returncode, *texts[1:]) from None
    return 0, stdout
