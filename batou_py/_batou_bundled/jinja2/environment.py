"""Environments and templates, over the native engine."""

import _batou_template

from . import exceptions
from .exceptions import TemplateNotFound, TemplatesNotFound
from .runtime import BEHAVIOURS, Context, Undefined

#: The options of an environment with their values, in the order of its arguments.
OPTIONS = {
    "block_start_string": "{%",
    "block_end_string": "%}",
    "variable_start_string": "{{",
    "variable_end_string": "}}",
    "comment_start_string": "{#",
    "comment_end_string": "#}",
    "line_statement_prefix": None,
    "line_comment_prefix": None,
    "trim_blocks": False,
    "lstrip_blocks": False,
    "newline_sequence": "\n",
    "keep_trailing_newline": False,
    "extensions": (),
    "optimized": True,
    "undefined": Undefined,
    "finalize": None,
    "autoescape": False,
}

#: Extensions whose statements the engine knows anyway.
BUILT_IN_EXTENSIONS = ("jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.autoescape", "jinja2.ext.with_")

FILTERS = (
    "abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format groupby indent int "
    "items join last length list lower map max min pprint random reject rejectattr replace reverse round safe select selectattr slice sort "
    "string striptags sum title tojson trim truncate unique upper urlencode urlize wordcount wordwrap xmlattr"
).split()
TESTS = (
    "!= < <= == > >= boolean callable defined divisibleby eq equalto escaped even false filter float ge greaterthan gt in integer iterable le "
    "lessthan lower lt mapping ne none number odd sameas sequence string test true undefined upper"
).split()
GLOBALS = ("cycler", "dict", "joiner", "lipsum", "namespace", "range")

_REMEDY = "name Jinja2 by its path or URL in requirements.txt to use the package itself"


class UnsupportedOption(NotImplementedError):
    """The engine that comes along does not know an option."""

    def __init__(self, what):
        super().__init__(f"the module jinja2 that comes with batou does not support {what}: {_REMEDY}")


class _BuiltIn:
    """A filter, test or global of the engine, as Python code sees it."""

    def __init__(self, kind, name):
        self._kind = kind
        self.__name__ = name

    def __repr__(self):
        return f"<{self._kind} {self.__name__} of jinja2>"

    def __call__(self, *args, **kwargs):
        engine = Environment(undefined=Undefined)._engine()
        if self._kind == "filter":
            return engine.filter(self.__name__, args, kwargs)
        if self._kind == "test":
            return engine.test(self.__name__, args)
        if self.__name__ in ("range", "dict"):
            return {"range": range, "dict": dict}[self.__name__](*args, **kwargs)
        raise UnsupportedOption(f"the function {self.__name__!r} outside of templates")


class _Table(dict):
    """Filters, tests or globals by name; the engine is made anew after a change."""

    def __init__(self, environment, entries):
        super().__init__(entries)
        self._environment = environment

    def __reduce__(self):
        return dict, (dict(self),)


def _changing(name):
    method = getattr(dict, name)

    def change(self, *args, **kwargs):
        self._environment._native = None
        return method(self, *args, **kwargs)

    change.__name__ = name
    return change


for _name in ("__setitem__", "__delitem__", "__ior__", "clear", "pop", "popitem", "setdefault", "update"):
    setattr(_Table, _name, _changing(_name))
del _name


class Environment:
    """Settings, filters, tests and globals, and the templates that are read with them."""

    def __init__(self, *args, **kwargs):
        names = [*OPTIONS, "loader", "cache_size", "auto_reload", "bytecode_cache", "enable_async"]
        if len(args) > len(names):
            raise TypeError(f"an environment takes at most {len(names)} arguments")
        given = dict(zip(names, args))
        for name, value in kwargs.items():
            if name not in names:
                raise TypeError(f"Environment.__init__() got an unexpected keyword argument {name!r}")
            if name in given:
                raise TypeError(f"Environment.__init__() got multiple values for argument {name!r}")
            given[name] = value
        self.loader = given.pop("loader", None)
        if given.pop("enable_async", False):
            raise UnsupportedOption("enable_async")
        for name in ("cache_size", "auto_reload", "bytecode_cache"):
            # These make the package faster; the engine keeps what it compiled by its text anyway.
            given.pop(name, None)
        self._native = None
        for name, default in OPTIONS.items():
            setattr(self, name, given.get(name, default))
        self._check()
        self.filters = _Table(self, {name: _BuiltIn("filter", name) for name in FILTERS})
        self.tests = _Table(self, {name: _BuiltIn("test", name) for name in TESTS})
        self.globals = _Table(self, {name: _BuiltIn("function", name) for name in GLOBALS})
        self.policies = {}

    def __setattr__(self, name, value):
        if name in OPTIONS:
            self.__dict__["_native"] = None
        elif name in ("filters", "tests", "globals") and not isinstance(value, _Table):
            value = _Table(self, value)
            self.__dict__["_native"] = None
        super().__setattr__(name, value)

    def _check(self):
        if self.undefined not in BEHAVIOURS:
            raise UnsupportedOption(f"undefined={self.undefined.__name__}")
        if self.line_comment_prefix:
            raise UnsupportedOption("line_comment_prefix")
        if self.finalize is not None:
            raise UnsupportedOption("finalize")
        if self.newline_sequence != "\n":
            raise UnsupportedOption(f"newline_sequence={self.newline_sequence!r}")
        extensions = [self.extensions] if isinstance(self.extensions, str) else self.extensions
        for extension in extensions:
            if extension not in BUILT_IN_EXTENSIONS:
                name = extension if isinstance(extension, str) else f"{extension.__module__}.{extension.__name__}"
                raise UnsupportedOption(f"the extension {name}")

    def overlay(self, **options):
        """Another environment with the same filters, tests and globals, and some options of its own."""
        made = type(self)(**{**{name: getattr(self, name) for name in OPTIONS}, "loader": self.loader, **options})
        for table in ("filters", "tests", "globals"):
            setattr(made, table, dict(getattr(self, table)))
        return made

    def _callable(self, function):
        """A filter or test with what it asks for, and whether the engine gives it the names that the template sees."""
        wanted = getattr(function, "_jinja_pass_arg", None)
        if wanted == "environment":
            return (lambda *args, **kwargs: function(self, *args, **kwargs)), False
        if wanted == "context":
            return (lambda variables, *args, **kwargs: function(Context(self, variables), *args, **kwargs)), True
        return function, False

    def _engine(self):
        if self._native is None:
            self._check()
            own = lambda table: {name: self._callable(value) for name, value in table.items() if not isinstance(value, _BuiltIn)}
            found = {}
            for name, value in self.globals.items():
                if getattr(value, "_jinja_pass_arg", None) == "context":
                    raise UnsupportedOption(f"pass_context for the global function {name!r}")
                if not isinstance(value, _BuiltIn):
                    found[name] = self._callable(value)[0] if hasattr(value, "_jinja_pass_arg") else value
            autoescape = self.autoescape
            options = {name: getattr(self, name) for name in OPTIONS}
            options.update(
                undefined=BEHAVIOURS[self.undefined],
                autoescape=autoescape if callable(autoescape) else lambda name: bool(autoescape),
                load=self._load,
                fail=exceptions.make,
                undefined_value=self.undefined(),
                filters=own(self.filters),
                tests=own(self.tests),
                globals=found,
                removed_globals=[name for name in GLOBALS if name not in self.globals],
            )
            self._native = _batou_template.engine(options)
        return self._native

    def _load(self, name, parent):
        """Name and text of a template that another one asks for; None if it does not exist."""
        if self.loader is None:
            raise TypeError("no loader for this environment specified")
        name = self.join_path(name, parent)
        try:
            return name, self.loader.get_source(self, name)[0]
        except TemplateNotFound as error:
            if error.name != name:
                raise
            return None

    def join_path(self, template, parent):
        """The name of a template that another one asks for; a subclass may make it relative to that one."""
        return template

    def add_extension(self, extension):
        self.extensions = [*self.extensions, extension]
        self._check()

    def extend(self, **attributes):
        for name, value in attributes.items():
            if not hasattr(self, name):
                setattr(self, name, value)

    def _made(self, source, name, filename, globals):
        return Template._of(self, source, name, filename, globals)

    def from_string(self, source, globals=None, template_class=None):
        """The template with a text."""
        return self._made(source, None, None, globals)

    def get_template(self, name, parent=None, globals=None):
        """The template of a name, from the loader."""
        if isinstance(name, Template):
            return name
        if self.loader is None:
            raise TypeError("no loader for this environment specified")
        return self.loader.load(self, name if parent is None else self.join_path(name, parent), self._globals(globals))

    def _globals(self, globals):
        return dict(globals or {})

    def select_template(self, names, parent=None, globals=None):
        """The first of several templates that exists."""
        names = list(names)
        if not names:
            raise TemplatesNotFound(message="Tried to select from an empty list of templates.")
        for name in names:
            try:
                return self.get_template(name, parent, globals)
            except TemplateNotFound:
                continue
        raise TemplatesNotFound(names)

    def get_or_select_template(self, template_name_or_list, parent=None, globals=None):
        if isinstance(template_name_or_list, (str, Template)):
            return self.get_template(template_name_or_list, parent, globals)
        return self.select_template(template_name_or_list, parent, globals)

    def list_templates(self, extensions=None, filter_func=None):
        """The names of all templates of the loader."""
        names = self.loader.list_templates()
        if extensions is not None:
            filter_func = lambda name: name.rpartition(".")[2] in extensions
        return names if filter_func is None else [name for name in names if filter_func(name)]

    def call_filter(self, name, value, args=(), kwargs=None, context=None, eval_ctx=None):
        """What a filter makes of a value."""
        if name not in self.filters:
            raise exceptions.TemplateRuntimeError(f"No filter named {name!r}.")
        return self.filters[name](value, *args, **(kwargs or {}))

    def call_test(self, name, value, args=(), kwargs=None, context=None, eval_ctx=None):
        """What a test says about a value."""
        if name not in self.tests:
            raise exceptions.TemplateRuntimeError(f"No test named {name!r}.")
        return self.tests[name](value, *args, **(kwargs or {}))

    def __getattr__(self, name):
        if name in ("parse", "lex", "compile", "compile_expression", "compile_templates", "preprocess"):
            raise UnsupportedOption(f"Environment.{name}")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class Template:
    """A template that is read."""

    def __new__(cls, source, *args, **kwargs):
        if hasattr(source, "read"):
            source = source.read()
        return Environment(*args, **kwargs).from_string(source)

    @classmethod
    def _of(cls, environment, source, name, filename, globals):
        made = object.__new__(cls)
        made.environment = environment
        made.name = name
        made.filename = filename
        made.globals = dict(globals or {})
        made._source = str(source)
        environment._engine().check(made._source, name)
        return made

    def render(self, *args, **kwargs):
        """The text with the values of names."""
        return self.environment._engine().render(self._source, self.name, {**self.globals, **dict(*args, **kwargs)})

    def generate(self, *args, **kwargs):
        """The text in parts; there is one."""
        yield self.render(*args, **kwargs)

    def stream(self, *args, **kwargs):
        """The text as a stream that can be written to a file."""
        return TemplateStream(self.generate(*args, **kwargs))

    def __repr__(self):
        name = f"memory:{id(self):x}" if self.name is None else repr(self.name)
        return f"<Template {name}>"

    @property
    def is_up_to_date(self):
        return True

    def __getattr__(self, name):
        if name in ("module", "make_module", "new_context", "blocks", "root_render_func", "render_async", "generate_async"):
            raise UnsupportedOption(f"Template.{name}")
        raise AttributeError(f"'Template' object has no attribute {name!r}")


class TemplateStream:
    """The text of a template in parts."""

    def __init__(self, parts):
        self._parts = parts

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._parts)

    def dump(self, fp, encoding=None, errors="strict"):
        """Writes the text to a file, given open or by its name."""
        text = "".join(self._parts)
        if isinstance(fp, str):
            with open(fp, "w", encoding=encoding or "utf-8", errors=errors) as file:
                file.write(text)
        else:
            fp.write(text if encoding is None else text.encode(encoding, errors))
