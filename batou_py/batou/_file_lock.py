"""Locks on files. Offered by `batou.utils`, which loads it when it is used."""

import os
import sys

import fcntl


class _Lock:
    """Holds a lock on a file inside of a ``with`` statement."""

    def __init__(self, filename, exit_on_failure):
        self._filename = filename
        self._exit_on_failure = exit_on_failure
        self._file = None

    def __enter__(self):
        file = open(self._filename, "a+")
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            self._fail(error)
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def _fail(self, cause):
        message = f"Could not acquire lock {self._filename}"
        print(message, file=sys.stderr)
        if not self._exit_on_failure:
            raise RuntimeError(message) from cause
        print("Somebody else holds it, probably another deployment of this project.", file=sys.stderr)
        print("Wait until it is done and try again.", file=sys.stderr)
        raise SystemExit(1)

    def __exit__(self, kind, error, traceback):
        # After a failure the process id stays for whoever looks into it.
        if error is None:
            self._file.seek(0)
            self._file.truncate()
        self._file.close()


def locked(filename, exit_on_failure=False):
    """Context manager: holds an exclusive lock on a file, which receives the process id.

    If somebody else holds it: RuntimeError, or with ``exit_on_failure`` an explanation and the end of the program.
    """
    return _Lock(filename, exit_on_failure)


locked.__module__ = "batou.utils"
