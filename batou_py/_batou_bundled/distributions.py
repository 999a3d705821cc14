"""What `importlib.metadata` tells about the modules that come along."""

from importlib.metadata import Distribution, DistributionFinder

from . import _LIBRARY

#: Name, version of the interface, and modules of each package.
KNOWN = (
    ("batou", "2.7.1", ("batou",)),
    ("ConfigUpdater", "3.2", ("configupdater",)),
    ("importlib_metadata", "8.7.0", ("importlib_metadata",)),
    ("importlib_resources", "6.5.2", ("importlib_resources",)),
    ("Jinja2", "3.1.6", ("jinja2",)),
    ("MarkupSafe", "3.0.3", ("markupsafe",)),
    ("py", "1.11.0", ("py",)),
    ("PyYAML", "6.0.3", ("yaml",)),
    ("requests", "2.34.2", ("requests",)),
)


def normalised(name):
    """A name as packages are compared by: in lower case, with one kind of dash."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


class BundledDistribution(Distribution):
    """A package whose modules are part of the program."""

    def __init__(self, name, version, modules):
        files = {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            "top_level.txt": "".join(f"{module}\n" for module in modules),
        }
        self._files = files

    def read_text(self, filename):
        return self._files.get(filename)

    def locate_file(self, path):
        from pathlib import Path

        return Path(_LIBRARY, path)


def find_distributions(others, context=None):
    """The packages that the context asks for and that no other finder knows; `others` are the finders that come later."""
    context = DistributionFinder.Context() if context is None else context
    wanted = context.name and normalised(context.name)
    for known in KNOWN:
        name = normalised(known[0])
        if wanted and name != wanted:
            continue
        asked = DistributionFinder.Context(name=known[0], path=context.path)
        finders = (getattr(other, "find_distributions", None) for other in others)
        if not any(True for find in finders if find is not None for _ in find(asked)):
            yield BundledDistribution(*known)
