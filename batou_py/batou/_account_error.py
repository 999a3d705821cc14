"""The error of a user or group that does not exist."""


class UnknownAccountError(KeyError):
    """A user or group has no entry on this machine. It is a `KeyError` like those of the modules `pwd` and `grp`."""

    def __str__(self):
        return str(self.args[0])
