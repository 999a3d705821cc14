"""Templates in the language of Jinja2: the interface of the package, over the engine that renders the templates of components."""

from markupsafe import Markup, escape

from .environment import Environment, Template
from .exceptions import (
    TemplateAssertionError,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplatesNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from .loaders import BaseLoader, ChoiceLoader, DictLoader, FileSystemLoader, FunctionLoader, PackageLoader, PrefixLoader
from .runtime import ChainableUndefined, StrictUndefined, Undefined
from .utils import is_undefined, pass_context, pass_environment, pass_eval_context, select_autoescape

__version__ = "3.1.6"

__all__ = [
    "BaseLoader",
    "ChainableUndefined",
    "ChoiceLoader",
    "DictLoader",
    "Environment",
    "FileSystemLoader",
    "FunctionLoader",
    "Markup",
    "PackageLoader",
    "PrefixLoader",
    "StrictUndefined",
    "Template",
    "TemplateAssertionError",
    "TemplateError",
    "TemplateNotFound",
    "TemplateRuntimeError",
    "TemplateSyntaxError",
    "TemplatesNotFound",
    "Undefined",
    "UndefinedError",
    "escape",
    "is_undefined",
    "pass_context",
    "pass_environment",
    "pass_eval_context",
    "select_autoescape",
]


def __getattr__(name):
    from .environment import UnsupportedOption

    if name in ("DebugUndefined", "make_logging_undefined", "ModuleLoader", "nativetypes", "sandbox", "meta", "nodes", "ext", "BytecodeCache", "FileSystemBytecodeCache", "MemcachedBytecodeCache"):
        raise UnsupportedOption(name)
    raise AttributeError(f"module 'jinja2' has no attribute {name!r}")
