"""The machines of an environment."""

import batou
from batou._lazy import offer
from batou.utils import BagOfAttributes

_LITERALS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False, "none": False}

#: What can be written where a truth value is expected.
LITERAL_WORDS = "True or False (also yes/no, on/off, 1/0)"


def parse_literal(value):
    """Reads a truth value: True/False, yes/no, on/off, 1/0 in any case, or a Python literal. Raises ValueError for anything else."""
    if not isinstance(value, str):
        return bool(value)
    known = _LITERALS.get(value.strip().lower())
    if known is not None:
        return known
    import ast

    try:
        return bool(ast.literal_eval(value))
    except Exception:
        raise ValueError(f"{value!r} is not a truth value") from None


class Host:
    """A machine: its names, its data and what is deployed on it. ``config`` are the options of its section."""

    def __init__(self, name, environment, config={}):
        self._name = name
        self.environment = environment
        self.aliases = BagOfAttributes()
        self.data = {}
        for key, value in config.items():
            if key.startswith("data-"):
                self.data[key.removeprefix("data-")] = value
        self.ignore = self._literal(config, "ignore", False)
        self.platform = config.get("platform", environment.platform)
        self.service_user = config.get("service_user", environment.service_user)
        self.require_sudo = self._default_sudo()
        if str(config.get("require_sudo", "")).strip().lower() == "none":
            # To be found out on the host.
            self.require_sudo = None
        else:
            self.require_sudo = self._literal(config, "require_sudo", self.require_sudo)
        self.remap = self._literal(config, "provision-dynamic-hostname", False)
        self._provisioner = config.get("provisioner")
        self._provision_info = {}
        # One that does not exist is complained about by whoever reads the section.
        provisioner = environment.provisioners.get(self._provisioner or "default")
        if provisioner is not None and hasattr(provisioner, "configure_host"):
            provisioner.configure_host(self, config)

    def _default_sudo(self):
        wanted = self.environment.require_sudo
        if not isinstance(wanted, str):
            return wanted
        try:
            return parse_literal(wanted)
        except ValueError:
            # The environment complained about it already.
            return None

    def _literal(self, config, option, default):
        if option not in config:
            return default
        try:
            return parse_literal(config[option])
        except ValueError as error:
            self.environment.exceptions.append(
                batou.ConfigurationError.from_context(f"Invalid value for `{option}` of host {self._name}: {error}").with_place(
                    getattr(config, "file", None), config.line_of(option) if hasattr(config, "line_of") else None, f"Allowed is {LITERAL_WORDS}."
                )
            )
            return default

    @property
    def name(self):
        """The name under which the machine is known. It differs from the written one if it was found dynamically."""
        mapping = self.environment.hostname_mapping
        if not self.remap:
            mapping[self._name] = self._name
        elif self._name not in mapping:
            if self.provisioner is None:
                # Without somebody to suggest a name, the written one is the only one there is.
                mapping[self._name] = self._name
            else:
                mapping[self._name] = self.provisioner.suggest_name(self._name)
        return mapping[self._name]

    @property
    def fqdn(self):
        """The name including the environment's domain."""
        domain = self.environment.host_domain
        return f"{self.name}.{domain}" if domain else self.name

    @property
    def _aliases(self):
        return [] if self.name == self._name else [self._name]

    @property
    def provisioner(self):
        """Who creates the machine, None if it exists by itself. Raises KeyError if the one that is named does not exist."""
        if self._provisioner == "none":
            return None
        if not self._provisioner:
            return self.environment.provisioners.get("default")
        return self.environment.provisioners[self._provisioner]

    @property
    def components(self):
        """The root components of the machine: {name: RootComponent}."""
        return self.environment.components_for(self)

    def __getitem__(self, name):
        """Returns the root component ``name``, as definitions of the 0.2 series expect."""
        return self.components[name]

    def root_dependencies(self):
        """Returns which root components of this machine need which others."""
        return self.environment.root_dependencies(host=self)

    def deploy_component(self, name, predict_only):
        """Deploys the root component ``name``, or only says what would be done."""
        self.environment.get_root(name, self).component.deploy(predict_only)

    def summarize(self):
        """Prints what is worth knowing about the machine after a deployment."""
        if hasattr(self.provisioner, "summarize"):
            self.provisioner.summarize(self)


class LocalHost(Host):
    """This machine."""


class RemoteHost(Host):
    """A machine that is reached over the network."""


offer(globals(), {"DeploymentError": "batou", "SilentConfigurationError": "batou", "output": "batou", "os": None, "subprocess": None, "sys": None})
