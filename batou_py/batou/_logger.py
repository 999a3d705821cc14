"""The logger that definitions of 0.2 and 1.0 import from modules of batou. Its messages are shown like all others."""

import logging

import batou


class _OutputHandler(logging.Handler):
    """Prints records through `batou.output`."""

    def emit(self, record):
        """Prints a record: errors and warnings as such, debug messages only if these are wanted."""
        message = self.format(record)
        if record.levelno >= logging.ERROR:
            batou.output.error(message)
        elif record.levelno >= logging.WARNING:
            batou.output.warn(message)
        else:
            batou.output.annotate(message, debug=record.levelno < logging.INFO)


logger = logging.getLogger("batou")
logger.setLevel(logging.DEBUG)
logger.propagate = False
if not any(type(handler).__name__ == "_OutputHandler" for handler in logger.handlers):
    logger.addHandler(_OutputHandler())
