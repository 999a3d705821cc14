"""Commands of the shell. Offered by `batou.utils`."""

import os

import _batou_process

import batou
from batou import DeploymentError


class CmdExecutionError(DeploymentError, RuntimeError):
    """A command ended with a return code that is not acceptable."""

    def _fill(self, cmd, returncode, stdout, stderr):
        self.cmd = cmd
        self.returncode = returncode
        self.stdout = stdout
        self.stderr = stderr

    def __init__(self, cmd, returncode, stdout, stderr):
        super().__init__(cmd, returncode, stdout, stderr)

    @classmethod
    def merge(cls, exceptions):
        """See `batou.ReportingException.merge`; this class cannot be made without arguments."""
        return exceptions[0], None

    def __str__(self):
        return (
            f"Command {self.cmd} failed with return code {self.returncode}\n\n"
            f"STDOUT:\n{self.stdout}\n\nSTDERR:\n{self.stderr}"
        )

    def report(self):
        batou.output.error(self.cmd)
        batou.output.tabular("Return code", self.returncode, red=True)
        batou.output.line("STDOUT", red=True)
        batou.output.annotate(self.stdout)
        batou.output.line("STDERR", red=True)
        batou.output.annotate(self.stderr)


def cmd(
    cmd,
    silent=False,
    ignore_returncode=False,
    communicate=True,
    env=None,
    acceptable_returncodes=[0],
    encoding="utf-8",
):
    """Runs a command, a shell script or a list of arguments, and returns what it wrote: ``(stdout, stderr)``.

    ``env`` is added to the environment variables. Text is decoded with ``encoding``, or left as bytes if that is None. Without ``communicate`` the
    running process (`subprocess.Popen`) is returned instead, whose input is open. A return code that is not acceptable raises `CmdExecutionError`, unless
    ``ignore_returncode`` is set. ``silent`` has no effect.
    """
    if not isinstance(cmd, str):
        cmd = _batou_process.join_arguments(list(cmd))
    batou.output.annotate(f"cmd: {cmd}", debug=True)
    variables = None if env is None else {**os.environ, **env}
    if not communicate:
        return _start(cmd, variables)
    returncode, stdout, stderr = _batou_process.run(cmd, variables)
    if encoding is not None:
        stdout = stdout.decode(encoding, errors="replace")
        stderr = stderr.decode(encoding, errors="replace")
    if returncode not in acceptable_returncodes and not ignore_returncode:
        raise CmdExecutionError(cmd, returncode, stdout, stderr)
    return stdout, stderr


def _start(script, variables):
    from subprocess import PIPE, Popen

    number = _batou_process.private_script(script)
    if number is None:
        return Popen(script, shell=True, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=variables)
    try:
        # Everybody can read the arguments of processes, and the script holds a secret.
        return Popen(
            ["/bin/sh", "-c", f". /dev/fd/{number}"], pass_fds=(number,), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=variables
        )
    finally:
        os.close(number)


def get_output(command, default=None):
    """Returns what a command wrote to its standard output, ``default`` if that is nothing. The return code does not matter."""
    return batou.utils.cmd(command, ignore_returncode=True)[0] or default


# As they are known.
for _value in (CmdExecutionError, cmd, get_output):
    _value.__module__ = "batou.utils"
del _value
