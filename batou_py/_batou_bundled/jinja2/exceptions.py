"""What can go wrong with templates."""


class TemplateError(Exception):
    """Base of the errors of templates."""

    def __init__(self, message=None):
        super().__init__(message)

    @property
    def message(self):
        return self.args[0] if self.args else None


class TemplateNotFound(IOError, LookupError, TemplateError):
    """A template does not exist."""

    message = None

    def __init__(self, name, message=None):
        IOError.__init__(self, name)
        self.message = str(name) if message is None else message
        self.name = name
        self.templates = [name]

    def __str__(self):
        return str(self.message)


class TemplatesNotFound(TemplateNotFound):
    """None of several templates exists."""

    def __init__(self, names=(), message=None):
        names = list(names)
        if message is None:
            message = f"none of the templates given were found: {', '.join(map(str, names))}"
        super().__init__(names[-1] if names else None, message)
        self.templates = names


class TemplateSyntaxError(TemplateError):
    """A template is not written correctly."""

    def __init__(self, message, lineno, name=None, filename=None):
        super().__init__(message)
        self.lineno = lineno
        self.name = name
        self.filename = filename
        self.source = None

    def __str__(self):
        place = f"line {self.lineno}"
        return f"{self.message}\n  {self.filename or self.name}, {place}" if self.filename or self.name else f"{self.message}\n  {place}"


class TemplateAssertionError(TemplateSyntaxError):
    """A template asks for a filter or test that does not exist."""


class TemplateRuntimeError(TemplateError):
    """Something in a template cannot be done."""


class UndefinedError(TemplateRuntimeError):
    """A template uses what has no value."""


class ValueUseError(TemplateRuntimeError, TypeError):
    """A value cannot be used as a template uses it, which the package leaves to Python's `TypeError`."""


class SecurityError(TemplateRuntimeError):
    """A template does what it must not do."""


class FilterArgumentError(TemplateRuntimeError):
    """A filter has wrong arguments."""


def make(kind, message, excerpt, template, line):
    """The exception for an error of the engine, with the place in its attribute `excerpt`."""
    if kind == "undefined":
        error = UndefinedError(message)
    elif kind == "syntax":
        missing = message.startswith(("No filter named", "No test named"))
        made = TemplateAssertionError if missing else TemplateSyntaxError
        error = made(message, line or 1, None if template == "<template>" else template)
    elif kind == "missing":
        _, found, names = message.partition("template not found: ")
        names = [name.strip("'\"") for name in names.split(", ")] if found else []
        error = TemplateNotFound(names[0]) if len(names) == 1 else TemplatesNotFound(names) if names else TypeError(message)
    elif kind == "division":
        error = ZeroDivisionError(message)
    else:
        error = ValueUseError(message)
    error.excerpt = excerpt
    if line is not None and not hasattr(error, "lineno"):
        error.lineno = line
    return error
