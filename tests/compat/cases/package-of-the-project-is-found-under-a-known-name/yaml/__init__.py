"""Not the package that everybody knows."""

NAME = "yaml of the project"


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    return type(name, (), {})
