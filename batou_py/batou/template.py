"""Templates of components."""

import os

import _batou_template

from batou._lazy import offer


class TemplateError(Exception):
    """A template could not be rendered."""


class UndefinedError(TemplateError):
    """A template uses a name or attribute that does not exist."""


class TemplateSyntaxError(TemplateError):
    """A template is not written correctly."""


class TemplateRuntimeError(TemplateError):
    """A template is written correctly but something in it cannot be done."""


class TemplateNotFound(TemplateError):
    """A template includes, imports or extends another one that does not exist."""


_KINDS = {
    "undefined": UndefinedError,
    "syntax": TemplateSyntaxError,
    "missing": TemplateNotFound,
    "runtime": TemplateRuntimeError,
    "division": ZeroDivisionError,
}


def _error(kind, message, excerpt):
    error = _KINDS[kind](message)
    error.excerpt = excerpt
    return error


class TemplateEngine:
    """Base of the engines."""

    @classmethod
    def get(cls, enginename):
        """An engine by its name."""
        if enginename.lower() == "jinja2":
            return Jinja2Engine()
        raise NotImplementedError("Unknown template engine", enginename)

    def template(self, sourcefile, args):
        raise NotImplementedError

    def expand(self, templatestr, args, identifier="<template>"):
        raise NotImplementedError


class Jinja2Engine(TemplateEngine):
    """The language of Jinja2."""

    def template(self, sourcefile, args):
        """Renders a file and adds a newline."""
        with open(sourcefile, encoding="utf-8") as source:
            text = source.read()
        directory = os.path.dirname(os.path.abspath(sourcefile))
        try:
            return _batou_template.render(text, args, str(sourcefile), directory) + "\n"
        except TemplateError as error:
            raise _templating_error(error, str(sourcefile)) from error

    def expand(self, templatestr, args, identifier="<template>"):
        """Renders a text."""
        warn_if_large(templatestr)
        try:
            return _batou_template.render(templatestr, args, identifier)
        except Exception as error:
            raise _templating_error(error, identifier) from error


def warn_if_large(text):
    """Says so if a text is unusually large for a template."""
    if len(text) > _batou_template.LARGE:
        import batou

        batou.output.error(
            "You are trying to render a template that is bigger than 100KiB; "
            "use is_template=False or split it. The template starts with:"
        )
        batou.output.annotate(text[:100])


def _templating_error(error, identifier):
    import batou

    return batou.TemplatingError.from_context(error, identifier)


offer(globals(), {"TemplatingError": "batou", "io": None, "output": "batou"})
