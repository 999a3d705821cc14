"""Files beside modules."""

import os
import sys


def _directory(package_or_requirement):
    """The directory of a package, or, for a requirement, that where the package is installed."""
    if not isinstance(package_or_requirement, str):
        from . import get_distribution

        return get_distribution(package_or_requirement).location
    if package_or_requirement not in sys.modules:
        __import__(package_or_requirement)
    file = getattr(sys.modules[package_or_requirement], "__file__", None)
    if file is None:
        raise NotImplementedError(f"the module {package_or_requirement!r} has no file, so nothing is beside it")
    return os.path.dirname(file)


def _path(package_or_requirement, resource_name):
    parts = resource_name.split("/")
    if ".." in parts or resource_name.startswith("/"):
        raise ValueError(f"{resource_name!r} is no resource: use a path relative to the package, without '..'")
    return os.path.join(_directory(package_or_requirement), *parts) if resource_name else _directory(package_or_requirement)


def resource_filename(package_or_requirement, resource_name):
    """The path of a file of a package."""
    return _path(package_or_requirement, resource_name)


def resource_string(package_or_requirement, resource_name):
    """The bytes of a file of a package."""
    with resource_stream(package_or_requirement, resource_name) as file:
        return file.read()


def resource_stream(package_or_requirement, resource_name):
    """A file of a package, open for reading its bytes."""
    return open(_path(package_or_requirement, resource_name), "rb")


def resource_exists(package_or_requirement, resource_name):
    return os.path.exists(_path(package_or_requirement, resource_name))


def resource_isdir(package_or_requirement, resource_name):
    return os.path.isdir(_path(package_or_requirement, resource_name))


def resource_listdir(package_or_requirement, resource_name):
    return os.listdir(_path(package_or_requirement, resource_name))


def declare_namespace(packageName):
    """Makes a package one whose modules are in several directories of the search path."""
    import pkgutil

    module = sys.modules[packageName]
    module.__path__ = pkgutil.extend_path(list(module.__path__), packageName)


def fixup_namespace_packages(path_item, parent=None):
    """Nothing is to be done: packages of several directories are looked up each time they are declared."""
