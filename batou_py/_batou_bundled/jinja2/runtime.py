"""What names without a value are."""

from .exceptions import UndefinedError


class Undefined:
    """Stands for a name without a value: it is written as nothing, and using a part of it is an error."""

    def __init__(self, hint=None, obj=None, name=None, exc=UndefinedError):
        self._undefined_hint = hint
        self._undefined_name = name
        self._undefined_exception = exc

    def _fail_with_undefined_error(self, *args, **kwargs):
        raise self._undefined_exception(self._undefined_hint or f"{self._undefined_name!r} is undefined")

    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        self._fail_with_undefined_error()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _fail_with_undefined_error
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __pos__ = _fail_with_undefined_error
    __call__ = __getitem__ = __lt__ = __le__ = __gt__ = __ge__ = __int__ = __float__ = __complex__ = _fail_with_undefined_error

    def __eq__(self, other):
        return type(self) is type(other)

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return id(type(self))

    def __str__(self):
        return ""

    def __len__(self):
        return 0

    def __iter__(self):
        return iter(())

    def __bool__(self):
        return False

    def __repr__(self):
        return "Undefined"


class ChainableUndefined(Undefined):
    """A name without a value whose parts have no value either."""

    def __html__(self):
        return str(self)

    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        return self

    def __getitem__(self, name):
        return self


class StrictUndefined(Undefined):
    """A name without a value: using it is an error."""

    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = Undefined._fail_with_undefined_error


#: What the engine calls each.
BEHAVIOURS = {Undefined: "lenient", ChainableUndefined: "chainable", StrictUndefined: "strict"}


class Context:
    """What a template sees, for functions that ask for it by `pass_context`."""

    def __init__(self, environment, variables):
        self.environment = environment
        self.name = None
        self._variables = variables

    def resolve(self, key):
        """The value of a name; an undefined one if it has none."""
        return self._variables[key] if key in self._variables else self.environment.undefined(name=key)

    def get(self, key, default=None):
        return self._variables.get(key, default)

    def get_all(self):
        """All names with their values."""
        return dict(self._variables)

    def __contains__(self, key):
        return key in self._variables

    def __getitem__(self, key):
        return self._variables[key]

    def __iter__(self):
        return iter(self._variables)

    def keys(self):
        return self._variables.keys()

    def values(self):
        return self._variables.values()

    def items(self):
        return self._variables.items()
