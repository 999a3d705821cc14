"""A check of the model with stand-ins for what only a deployment knows: secrets and the addresses of hosts."""

import os

import _batou_net

import batou
import batou._address

#: Stands for a value that is secret.
PLACEHOLDER = "value-of-a-secret"
# Addresses that are reserved for documentation, so no host has them.
_STAND_IN_V4 = "192.0.2.1"
_STAND_IN_V6 = "2001:db8::1"
# What conversions of attributes take, the most likely first.
_TEXTS = (PLACEHOLDER, "1", "localhost:1", "127.0.0.1", "[]", "{}")
# What follows from parts of the model that could not be loaded.
_CONSEQUENCES = (batou.UnsatisfiedResources, batou.UnusedResources, batou.NonConvergingWorkingSet)


class _Lookup:
    """Answers lookups of hosts without asking the network."""

    def __init__(self):
        self.names = set()

    def resolve(self, host, port, v6):
        if host == "localhost" or _is_address(host, v6):
            return _batou_net.resolve(host, port, v6)
        self.names.add(host)
        return _STAND_IN_V6 if v6 else _STAND_IN_V4


def _is_address(host, v6):
    return ":" in host if v6 else host.replace(".", "").isdigit()


class _HostData(dict):
    """The data of a host, some of which may stand in the secrets."""

    def __init__(self, data, used, host):
        super().__init__(data)
        self._used = used
        self._host = host

    def __missing__(self, key):
        self._used.add((self._host, key))
        return PLACEHOLDER


class ModelCheck:
    """The check of one environment; it is made before the environment is loaded."""

    def __init__(self, environment):
        self._environment = environment
        self._lookup = _Lookup()
        self._secret_paths = []
        self._secret_values = set()
        # Definitions may change these; the next environment must not see it.
        self._process_environment = dict(os.environ)

    def use_stand_ins(self):
        """Puts stand-ins where secrets and addresses would come from. The environment has been loaded."""
        environment = self._environment
        batou._address._batou_net = self._lookup
        self._secret_paths = environment._secret_paths()
        environment._reads_secrets = False
        if not self._secret_paths:
            return
        for path in self._secret_paths:
            name = os.path.basename(path)
            if name.startswith("secret-"):
                environment.secret_files[name.removeprefix("secret-").rpartition(".")[0]] = PLACEHOLDER + "\n"
        for host in environment.hosts.values():
            host.data = _HostData(host.data, self._secret_values, host.name)
        for name in {root.name for root in environment.root_components}:
            self._fill_attributes(name)

    def _fill_attributes(self, name):
        """Gives each attribute that has no value a stand-in, as its value must be secret. Only root components have such values."""
        from batou._environment_file import ConfigSection
        from batou.component import NO_DEFAULT

        overrides = self._environment.overrides.setdefault(name, ConfigSection())
        for attribute_name, attribute in _attributes(self._environment.components[name].factory):
            if attribute_name in overrides or attribute.default is not NO_DEFAULT:
                continue
            text = _text_for(attribute)
            if text is not None:
                overrides[attribute_name] = text
                self._secret_values.add((name, attribute_name))

    def configure(self):
        """Configures the model. Errors are added to those of the environment, as far as they do not follow from those that it has."""
        errors = self._environment.exceptions
        number = len(errors)
        try:
            self._environment.configure()
        finally:
            self._restore_process_environment()
        # That something remains unconfigured is no news beside the reason; and what is missing may be what was not loaded.
        consequences = _CONSEQUENCES if number else batou.NonConvergingWorkingSet
        reasons = [error for error in errors[number:] if not isinstance(error, consequences)]
        if number or reasons:
            errors[number:] = reasons

    def _restore_process_environment(self):
        for name in set(os.environ) - set(self._process_environment):
            del os.environ[name]
        for name, value in self._process_environment.items():
            if os.environ.get(name) != value:
                os.environ[name] = value

    # What was checked and what was not

    def hosts(self):
        return len(self._environment.hosts)

    def components(self):
        return len(self._environment.root_components)

    def templates(self):
        return sum(1 for content in self._template_contents() if not content._delayed)

    def delayed_templates(self):
        return sum(1 for content in self._template_contents() if content._delayed)

    def secret_files(self):
        return len(self._secret_paths)

    def secret_values(self):
        return len(self._secret_values)

    def addresses(self):
        return len(self._lookup.names)

    def _template_contents(self):
        from batou.lib.file import Content

        # A component whose constructor failed is not there.
        waiting = [root.component for root in self._environment.root_components if hasattr(root, "component")]
        while waiting:
            component = waiting.pop()
            waiting.extend(component.sub_components)
            if isinstance(component, Content) and component.is_template:
                yield component


def _attributes(factory):
    from batou.component import Attribute

    if not isinstance(factory, type):
        return
    seen = set()
    for owner in factory.__mro__:
        for name, value in vars(owner).items():
            if name not in seen and isinstance(value, Attribute):
                yield name, value
            seen.add(name)


def _text_for(attribute):
    """Returns a text that the conversion of an attribute takes, None if no text is known."""
    for text in _TEXTS:
        try:
            attribute.conversion(text)
        except Exception:
            continue
        return text
    return None
