"""The exceptions about environment files and secrets."""

import batou
from batou._reporting import ConfigurationError


class DuplicateHostMapping(ConfigurationError):
    """The host map names a host twice."""

    def _fill(self, hostname, a, b):
        self.affected_hostname = hostname
        self.a = a
        self.b = b

    @property
    def sort_key(self):
        return (3, self.affected_hostname, self.a, self.b)

    def __str__(self):
        return f"Duplicate host mapping: {self.affected_hostname}"

    def report(self):
        batou.output.error(f'Duplicate host mapping "{self.affected_hostname}"')
        batou.output.tabular("Mapping 1: ", self.a)
        batou.output.tabular("Mapping 2: ", self.b)
        self._report_place()


class MissingEnvironment(ConfigurationError):
    """There is no environment of that name."""

    sort_key = (0,)
    #: Names of the environments that do exist, where they were looked up.
    known_environments = None

    def _fill(self, environment):
        self.environment_name = environment.name

    def __str__(self):
        return f"Missing environment `{self.environment_name}`"

    def report(self):
        batou.output.error("Missing environment")
        batou.output.tabular("Environment", self.environment_name, red=True)
        if self.known_environments is not None:
            batou.output.tabular("Known", ", ".join(self.known_environments) or "none", red=True)
        self._report_place()


class MissingComponent(ConfigurationError):
    """A host is to run a component that is not defined."""

    sort_key = (0,)

    def _fill(self, component_name, hostname):
        self.component_name = component_name
        self.affected_hostname = hostname

    def __str__(self):
        return f"Missing component: {self.component_name}"

    def report(self):
        batou.output.error("Missing component")
        batou.output.tabular("Component", self.component_name, red=True)
        self._report_place()


class SuperfluousSection(ConfigurationError):
    """The environment file has a section of no known kind."""

    sort_key = (0,)

    def _fill(self, section):
        self.section = section

    def __str__(self):
        return f"Superfluous section in environment: {self.section}"

    def report(self):
        batou.output.error("Superfluous section in environment configuration")
        batou.output.tabular("Section", self.section, red=True)
        self._report_place()


class _UnknownNameError(ConfigurationError):
    """A section is about something that is not defined."""

    sort_key = (0,)
    #: What is said of it, how reports call what is not defined, and the field that holds its name.
    _text = None
    _label = None
    _field = None

    def _fill(self, name):
        setattr(self, self._field, name)

    def __str__(self):
        return f"{self._text}: {getattr(self, self._field)}"

    def report(self):
        batou.output.error(self._text)
        batou.output.tabular(self._label, getattr(self, self._field), red=True)
        self._report_place()


class SuperfluousComponentSection(_UnknownNameError):
    """The environment file overrides attributes of a component that is not defined."""

    _text = "Override section for unknown component found"
    _label = "Component"
    _field = "component_name"


class SuperfluousSecretsSection(_UnknownNameError):
    """The secrets override attributes of a component that is not defined."""

    _text = "Secrets section for unknown component found"
    _label = "Component"
    _field = "component_name"


class UnknownHostSecretsSection(_UnknownNameError):
    """The secrets hold data of a host that is not defined."""

    _text = "Secrets section for unknown host found"
    _label = "Host"
    _field = "hostname"


class _SecretAttributeError(ConfigurationError):
    """An attribute is overridden more than once."""

    sort_key = (0,)
    _heading = None
    _sources = None

    def _fill(self, component_name, attribute):
        self.component_name = component_name
        self.attribute = attribute

    def __str__(self):
        return f"A value {self.component_name}.{self.attribute} is defined {self._sources}."

    def report(self):
        batou.output.error(self._heading)
        batou.output.tabular("Component", self.component_name, red=True)
        batou.output.tabular("Attribute", self.attribute, red=True)
        self._report_place()


class DuplicateOverride(_SecretAttributeError):
    """An attribute is overridden by the environment and by its secrets."""

    _heading = "Attribute override found both in environment and secrets"
    _sources = "both in environment and secrets"


class DuplicateSecretsComponentAttribute(_SecretAttributeError):
    """An attribute is overridden twice by the secrets."""

    _heading = "Attribute defined multiple times in secrets"
    _sources = "multiple times in secrets"


class DuplicateHostError(ConfigurationError):
    """A host is defined in the short and in the long form."""

    sort_key = (0,)

    def _fill(self, hostname):
        self.affected_hostname = hostname

    def __str__(self):
        return f"Duplicate host: {self.affected_hostname}"

    def report(self):
        batou.output.error(f"Duplicate definition of host: {self.affected_hostname}")
        self._report_place()


class InvalidIPAddressError(ConfigurationError):
    """Something else than an IP address was given where one is needed."""

    sort_key = (0,)

    def _fill(self, address):
        self.address = address

    def __str__(self):
        return f"Not a valid IP address: {self.address}"

    def report(self):
        batou.output.error(str(self))
        self._report_place()
