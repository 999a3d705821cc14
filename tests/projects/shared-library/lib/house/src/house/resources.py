import importlib.resources


def template(name):
    """The text of a template of the package."""
    return importlib.resources.files("house").joinpath("templates", name).read_text(encoding="utf-8")
