"""Passwords of a whole project, as batou 0.2 kept them: one encrypted file an environment, which components ask for values."""

import configparser
import os

from batou.component import Component


class SecretsFileError(ValueError):
    """A file of secrets cannot be read."""

    def __init__(self, message, hint=None):
        super().__init__(message)
        self.hint = hint

    def __str__(self):
        return f"{self.args[0]}\n{self.hint}" if self.hint else self.args[0]


class SafeConfigParser(configparser.ConfigParser):
    """A parser that reads what the class of this name in Python 2 read."""

    def __init__(self, defaults=None, **kw):
        super().__init__(defaults, **{"strict": False, "inline_comment_prefixes": (";",), **kw})

    def get(self, section, option, raw=False, vars=None, **kw):
        return super().get(section, option, raw=raw, vars=vars, **kw)

    def items(self, section=configparser._UNSET, raw=False, vars=None):
        return super().items(section, raw=raw, vars=vars)

    def read_string(self, string, source="<string>"):
        super().read_string(string, source)
        for options in (self._defaults, *self._sections.values()):
            for option, value in options.items():
                options[option] = _as_of_python_2(value)


def _as_of_python_2(value):
    if value == '""':
        return ""
    first, *more = value.split("\n")
    return "\n".join([first, *(line for line in more if line)])


class _StandIn(SafeConfigParser):
    """Stands for a file that is not read, because the model is only checked: every value is there."""

    def get(self, section, option, raw=False, vars=None, **kw):
        from batou._check import PLACEHOLDER

        return PLACEHOLDER

    def getint(self, section, option, **kw):
        return 1

    def getfloat(self, section, option, **kw):
        return 1.0

    def getboolean(self, section, option, **kw):
        return True

    def has_section(self, section):
        return True

    def has_option(self, section, option):
        return True

    def items(self, *args, **kw):
        return []


class Secrets(Component):
    """Provides the resource ``secrets``: a parser of the environment's file ``ENVIRONMENT.cfg.aes`` beside the definition.

    Its passphrase is what the command in ``BATOU_PASSPHRASE_COMMAND`` prints, or stands in ``.batou-passphrase`` in the project, or is asked for.
    """

    def configure(self):
        self.provide("secrets", self._parser())

    def _parser(self):
        # One for all hosts, so that the file is opened once.
        environment = self.environment
        parsers = environment.__dict__.setdefault("_older_secrets", {})
        path = os.path.join(self.defdir, f"{environment.name}.cfg.aes")
        if path not in parsers:
            parsers[path] = _read(environment, path) if environment._reads_secrets else _StandIn()
        return parsers[path]


def _read(environment, path):
    import _batou_older_secrets

    parser = SafeConfigParser()
    try:
        parser.read_string(_batou_older_secrets.read(environment.base_dir, path))
    except configparser.MissingSectionHeaderError as error:
        # The parser shows lines of the file, so neither its message nor itself may be seen.
        problem = f"line {error.lineno} of {path} stands before the first section"
    except configparser.ParsingError as error:
        problem = f"{path} has no option in line {', '.join(str(number) for number, _ in error.errors)}"
    else:
        from batou._secrets import protect

        words = set(_values(parser))
        environment.secret_data.update(words)
        for word in words:
            # Shorter ones are parts of values, or found everywhere.
            if len(word) >= 4:
                protect(path, word)
        return parser
    raise SecretsFileError(problem, f"correct it with `secretsedit {path}`")


def _values(parser):
    """Yields every word of the values, as they are written and with others inserted."""
    for section in ("DEFAULT", *parser.sections()):
        for option in parser.defaults() if section == "DEFAULT" else parser.options(section):
            yield from parser.get(section, option, raw=True).split()
            try:
                yield from parser.get(section, option).split()
            except configparser.InterpolationError:
                # Whoever asks for it gets this error.
                pass
