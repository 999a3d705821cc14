"""Projects whose definitions are written for batou before 2.3: what they expect differently, while such a project is loaded and deployed.

`batou.environment` loads this module for them only; `restore` undoes everything for the next project of the same process.
"""

import os

import _batou_template

import batou
import batou.component
import batou.utils
from batou.attribute import Attribute
from batou.component import Component
from batou.environment import Environment
from batou.host import Host

#: What was replaced: (object, name, what was there before); _ABSENT if nothing was.
_replaced = []
_ABSENT = object()


class Service:
    """What was the deployed project in 0.2."""

    def __init__(self, environment):
        self._environment = environment

    @property
    def base(self):
        """Directory of the project."""
        return self._environment.base_dir

    @property
    def components(self):
        """The definitions of components by name."""
        return self._environment.components

    @property
    def environments(self):
        """The environments by name."""
        return {self._environment.name: self._environment}


def adapt(environment, migration, version):
    """Prepares for definitions of ``version``, a tuple, in a project whose last migration is ``migration``. To be called before they are loaded."""
    restore()
    if migration < 2302:
        _replace(Attribute, "texts_are_evaluated", True)
    # With the migration 2303 addresses are looked up for IPv4 only, if nothing else is asked for.
    environment.require_v6 = "optional"
    _replace(Component, "__getattr__", _component_getattr)
    _replace(Component, "add_platform", classmethod(_add_platform))
    _replace(Component, "get_platform", Component._get_platform)
    _replace(Environment, "__getattr__", _environment_getattr)
    _batou_template.offer_service(True)
    for name, value in _OLD_HOST_METHODS.items():
        _replace(Host, name, value)
    for name, value in _OLD_ENVIRONMENT_METHODS.items():
        _replace(Environment, name, value)
    _replace(batou.component, "load_components_from_file", _load_refusing_first_model)
    if version < (2, 0, 0):
        _replace(batou.utils, "hash", _hash)
    if version < (1, 1, 0):
        _replace(Environment, "_set_defaults", _set_defaults)
    if version < (1, 0, 1):
        _replace(Component, "expand", _expand_without_final_newline)
    if version < (1, 0, 0):
        _replace(Component, "cmd", _cmd)
        _replace(batou.component, "load_components_from_file", _load_in_own_directory)


def finish(environment):
    """Gives hosts their short names, after the environment has been loaded. Hosts that would then be called the same keep the written ones."""
    labels = [host.name.partition(".")[0] for host in environment.hosts.values()]
    if len(set(labels)) == len(labels):
        _replace(Host, "name", property(_host_name))
        _replace(Host, "fqdn", property(_host_fqdn))


def restore():
    """Undoes what `adapt` and `finish` did."""
    _batou_template.offer_service(False)
    while _replaced:
        owner, name, before = _replaced.pop()
        if before is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


def _replace(owner, name, value):
    _replaced.append((owner, name, vars(owner).get(name, _ABSENT)))
    setattr(owner, name, value)


# What was there before and is called by what replaces it.
_current_set_defaults = Environment._set_defaults
_current_expand = Component.expand
_current_cmd = Component.cmd
_current_hash = batou.utils.hash
_current_load = batou.component.load_components_from_file
_current_name = Host.name.fget


def _component_getattr(self, name):
    if name == "service":
        return Service(self.environment)
    # Raises the same error once more.
    return object.__getattribute__(self, name)


def _add_platform(cls, name, platform):
    """What `_add_platform` was called up to batou 1.2."""
    cls._add_platform(name, platform)


def _environment_getattr(self, name):
    if name == "service":
        return Service(self)
    return object.__getattribute__(self, name)


# Hosts


def _host_name(self):
    return _current_name(self).partition(".")[0]


def _host_fqdn(self):
    name, domain = _current_name(self), self.environment.host_domain
    if not domain or name.endswith("." + domain.lstrip(".")):
        return name
    return f"{name}.{domain.lstrip('.')}"


def _add_component(self, name, features=()):
    return self.environment.add_root(name, self, features)


_OLD_HOST_METHODS = {"add_component": _add_component}


# Environments


def _get_sorted_components(self):
    from batou.utils import topological_sort

    return topological_sort(self.root_dependencies())[::-1]


def _roots_in_order(self, host=None):
    roots = self.get_sorted_components()
    return roots if host is None else [root for root in roots if root.host is self._as_host(host)]


def _normalize_host_name(self, hostname):
    domain = self.host_domain
    if not domain or hostname.endswith("." + domain.lstrip(".")):
        return hostname
    return f"{hostname}.{domain.lstrip('.')}"


def _add_host(self, name):
    host = self.hosts[name] = self.host_factory(name, self)
    return host


def _get_host(self, hostname):
    hostname = self.hostname_mapping.get(hostname, hostname)
    if hostname in self.hosts:
        return self.hosts[hostname]
    for host in self.hosts.values():
        if hostname in (host.name, host.fqdn):
            return host
    raise KeyError(hostname)


_OLD_ENVIRONMENT_METHODS = {
    "add_host": _add_host,
    "get_host": _get_host,
    "get_sorted_components": _get_sorted_components,
    "normalize_host_name": _normalize_host_name,
    "roots_in_order": _roots_in_order,
}


def _set_defaults(self):
    _current_set_defaults(self)
    if self.service_user is None:
        import pwd

        self.service_user = pwd.getpwuid(os.getuid()).pw_name
    if self.branch is None:
        self.branch = "default"


# Components


def _hash(path, function="md5"):
    return _current_hash(path, function)


def _expand_without_final_newline(self, string, component=None, **kw):
    return _current_expand(self, string, component, **kw).removesuffix("\n")


def _cmd(self, cmd, silent=False, ignore_returncode=False, communicate=True, env=None, expand=False):
    return _current_cmd(self, cmd, silent, ignore_returncode, communicate, env, expand)


def _load_refusing_first_model(filename):
    definitions = _current_load(filename)
    for definition in definitions.values():
        traces = [name for name in ("setup_hooks", "find_hooks", "config_attr") if hasattr(definition.factory, name)]
        if traces:
            raise batou.ConfigurationError(
                f"{definition.factory.__name__}.{traces[0]} belongs to the model of batou 0.1, which was another one; "
                "write the component anew with configure(), verify() and update()"
            )
    return definitions


def _load_in_own_directory(filename):
    filename = os.path.abspath(filename)
    before = os.getcwd()
    os.chdir(os.path.dirname(filename))
    try:
        return _load_refusing_first_model(filename)
    finally:
        os.chdir(before)
