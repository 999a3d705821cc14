"""Where environments find templates."""

import os

from .exceptions import TemplateNotFound


class BaseLoader:
    """Base of the loaders; a subclass says by `get_source` what the text of a template is."""

    has_source_access = True

    def get_source(self, environment, template):
        """Text, file name or None, and a function that tells whether the text is still the same, or None."""
        raise TemplateNotFound(template)

    def list_templates(self):
        """The names of all templates."""
        raise TypeError("this loader cannot iterate over all templates")

    def load(self, environment, name, globals=None):
        """The template of a name."""
        source, filename, _ = self.get_source(environment, name)
        return environment._made(source, name, filename, globals)


def _relative(template):
    """The parts of a name; names that lead out of the directory do not exist."""
    parts = [part for part in template.split("/") if part not in ("", ".")]
    if any(part == ".." or os.sep in part for part in parts):
        raise TemplateNotFound(template)
    return parts


class FileSystemLoader(BaseLoader):
    """Files in one or several directories."""

    def __init__(self, searchpath, encoding="utf-8", followlinks=False):
        if isinstance(searchpath, str) or hasattr(searchpath, "__fspath__"):
            searchpath = [searchpath]
        self.searchpath = [os.fspath(path) for path in searchpath]
        self.encoding = encoding
        self.followlinks = followlinks

    def get_source(self, environment, template):
        parts = _relative(template)
        for directory in self.searchpath:
            path = os.path.join(directory, *parts)
            if os.path.isfile(path):
                break
        else:
            places = ", ".join(map(repr, self.searchpath))
            raise TemplateNotFound(template, f"{template!r} not found in search path: {places}")
        changed = os.path.getmtime(path)
        with open(path, encoding=self.encoding) as file:
            text = file.read()

        def uptodate():
            try:
                return os.path.getmtime(path) == changed
            except OSError:
                return False

        return text, os.path.normpath(path), uptodate

    def list_templates(self):
        found = set()
        for searchpath in self.searchpath:
            for directory, _, names in os.walk(searchpath, followlinks=self.followlinks):
                for name in names:
                    found.add(os.path.relpath(os.path.join(directory, name), searchpath).replace(os.sep, "/"))
        return sorted(found)


class PackageLoader(FileSystemLoader):
    """Files in a directory of a package."""

    def __init__(self, package_name, package_path="templates", encoding="utf-8"):
        import importlib.util

        spec = importlib.util.find_spec(package_name)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {package_name!r}", name=package_name)
        roots = spec.submodule_search_locations or [os.path.dirname(spec.origin or "")]
        places = [os.path.normpath(os.path.join(root, package_path)) for root in roots]
        places = [place for place in places if os.path.isdir(place)]
        if not places:
            raise ValueError(f"The {package_name!r} package was not installed in a way that PackageLoader understands.")
        super().__init__(places[:1], encoding)
        self.package_name = package_name
        self.package_path = package_path


class DictLoader(BaseLoader):
    """Texts in a dict."""

    def __init__(self, mapping):
        self.mapping = mapping

    def get_source(self, environment, template):
        if template not in self.mapping:
            raise TemplateNotFound(template)
        source = self.mapping[template]
        return source, None, lambda: source == self.mapping.get(template)

    def list_templates(self):
        return sorted(self.mapping)


class FunctionLoader(BaseLoader):
    """What a function gives for a name: a text, or text, file name and a function as of `get_source`, or None."""

    def __init__(self, load_func):
        self.load_func = load_func

    def get_source(self, environment, template):
        found = self.load_func(template)
        if found is None:
            raise TemplateNotFound(template)
        return (found, None, None) if isinstance(found, str) else found


class PrefixLoader(BaseLoader):
    """Other loaders, each for the names with its prefix."""

    def __init__(self, mapping, delimiter="/"):
        self.mapping = mapping
        self.delimiter = delimiter

    def get_source(self, environment, template):
        prefix, found, name = template.partition(self.delimiter)
        if not found or prefix not in self.mapping:
            raise TemplateNotFound(template)
        try:
            return self.mapping[prefix].get_source(environment, name)
        except TemplateNotFound as error:
            raise TemplateNotFound(template) from error

    def list_templates(self):
        return [prefix + self.delimiter + name for prefix, loader in self.mapping.items() for name in loader.list_templates()]


class ChoiceLoader(BaseLoader):
    """The first of several loaders that has the template."""

    def __init__(self, loaders):
        self.loaders = loaders

    def get_source(self, environment, template):
        for loader in self.loaders:
            try:
                return loader.get_source(environment, template)
            except TemplateNotFound:
                continue
        raise TemplateNotFound(template)

    def list_templates(self):
        return sorted({name for loader in self.loaders for name in loader.list_templates()})


