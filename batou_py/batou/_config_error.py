"""The error of a configuration file that is not written correctly."""


class ConfigFileError(Exception):
    """A configuration file cannot be understood. `lines` quotes the lines concerned."""

    def __init__(self, message, file, line, hint, lines):
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.hint = hint
        self.lines = lines
