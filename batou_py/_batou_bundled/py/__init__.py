"""`py.io` of the package py: what deployments use of it is catching output and writing to terminals."""

import sys

__version__ = "1.11.0"
version = __version__


def __getattr__(name):
    if name == "io":
        # `from . import io` would ask here again.
        __import__(f"{__name__}.io")
        return sys.modules[f"{__name__}.io"]
    raise AttributeError(f"the part of `py` that comes with batou has no {name!r}: name py by its path or URL in requirements.txt for the whole package")
