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

    @property
    def numbers_and_text(self):
        """The line numbers of ``message``, which names the file first, and what it says beyond them."""
        numbers, separator, text = self.message.removeprefix(self.file + ":").partition(": ")
        if separator and text and all(number.strip().isdigit() for number in numbers.split(",")):
            return numbers, text
        return self.line, self.message
