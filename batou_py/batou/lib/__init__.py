"""The library of components."""

# Importing these changes what services are on a platform, so that a definition has to do it by itself.
_ONLY_IMPORTED = ("debian", "goceptnet")


def __getattr__(name):
    """Loads a module of the library that is used without being imported."""
    import importlib

    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _ONLY_IMPORTED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r} before `import {__name__}.{name}`")
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
