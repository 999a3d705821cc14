"""Environments: which machine runs which components, and with which settings."""

import os

import _batou_config

import batou.utils
from batou._environment_file import Config, ConfigSection, parse_host_components
from batou._reporting import similar_names
from batou.host import LITERAL_WORDS, Host, LocalHost, RemoteHost, parse_literal
from batou.resources import Resources

_CONNECT_METHODS = ("ssh", "vagrant", "kitchen", "local")
_UPDATE_METHODS = ("rsync", "rsync-ext", "hg-pull", "hg-bundle", "git-pull", "git-bundle")
# How the 1.0 series called them.
_OLD_UPDATE_METHODS = {"pull": "hg-pull", "bundle": "hg-bundle"}

_TEXT_OPTIONS = (
    "service_user",
    "require_sudo",
    "host_domain",
    "platform",
    "branch",
    "connect_method",
    "update_method",
    "target_directory",
    "jobs",
    "repository_url",
    "repository_root",
)
_PREFIXED_SECTIONS = ("host:", "component:", "provisioner:")
_PLAIN_SECTIONS = ("environment", "hosts", "vfs", "resolver")


class UnknownEnvironmentError(ValueError):
    """Environments were asked for that do not exist."""

    def __init__(self, names):
        super().__init__(names)
        self.names = names

    def __str__(self):
        return "Unknown environment(s): " + ", ".join(self.names)


class Environment:
    """One way to run the services of a project: hosts, what runs on them, and settings. Making one touches no file; `load` reads it."""

    service_user = None
    require_sudo = None
    host_domain = None
    platform = None
    branch = None
    connect_method = None
    update_method = None
    target_directory = None
    timeout = None
    jobs = None
    repository_url = None
    repository_root = None
    require_v4 = True
    require_v6 = False
    vfs_sandbox = None
    host_factory = Host
    repository = None
    deployment_base = "."
    # Options of the 1.x series, which definitions may still read.
    version = None
    develop = None

    # While set, nothing may be created or changed.
    _predicting = False
    # Unset for runs that need no machines: how machines are made is passed over.
    _creates_machines = True
    # Set if the host map could not be read, so that it is not replaced by what is known without it.
    _keeps_hostname_mapping = False

    def __init__(
        self,
        name,
        timeout=None,
        platform=None,
        basedir=".",
        provision_rebuild=False,
        check_and_predict_local=False,
    ):
        self.name = name.replace(".cfg", "")
        self.timeout = timeout
        self.platform = platform
        self.base_dir = os.path.abspath(basedir)
        self.workdir_base = os.path.join(self.base_dir, "work")
        self.provision_rebuild = provision_rebuild
        self.check_and_predict_local = check_and_predict_local
        self.hosts = {}
        self.hostname_mapping = {}
        self.components = {}
        self.root_components = []
        self.overrides = {}
        self.exceptions = []
        self.secret_files = {}
        self.secret_data = set()
        self.provisioners = {}
        self.resources = Resources(self._root_order)
        self._root_positions = {}
        self._resolve_override = {}
        self._resolve_v6_override = {}

    # Which environments there are

    @classmethod
    def all(cls):
        """Yields the environments of the project in the working directory, not loaded, ordered by name."""
        for name in _known_names("."):
            yield cls(name)

    @classmethod
    def filter(cls, filter):
        """Returns the environments named in a comma-separated list, all of them if it is empty. Raises `UnknownEnvironmentError`."""
        environments = list(cls.all())
        if not filter:
            return environments
        names = [name.strip() for name in filter.split(",")]
        known = {environment.name: environment for environment in environments}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise UnknownEnvironmentError(unknown)
        return [environment for environment in environments if environment.name in names]

    def _environment_path(self, path="."):
        return os.path.abspath(os.path.join(self.base_dir, "environments", self.name, path))

    def _ensure_environment_dir(self):
        os.makedirs(self._environment_path(), exist_ok=True)

    def _config_path(self):
        """Returns the file that defines the environment; the second place is that of the 1.x series."""
        path = self._environment_path("environment.cfg")
        old_path = os.path.join(self.base_dir, "environments", f"{self.name}.cfg")
        for candidate in (path, old_path):
            if os.path.isfile(candidate):
                return candidate
        known = _known_names(self.base_dir)
        error = batou.MissingEnvironment.from_context(self).with_place(hint=f"Create {path}, or use one that is known.")
        error.known_environments = known
        raise error

    # Loading

    def load(self):
        """Reads the environment and the components. What is wrong with them is added to ``exceptions``; a missing environment is raised."""
        batou.utils.resolve_override.clear()
        batou.utils.resolve_v6_override.clear()

        path = self._config_path()
        self._load_hostname_mapping()
        self._load_components()
        try:
            config = Config(path)
        except _batou_config.ConfigFileError as error:
            numbers, text = error.numbers_and_text
            complaint = batou.ConfigurationError.from_context(text).with_place(error.file, numbers, error.hint)
            complaint.excerpt = error.lines or None
            self.exceptions.append(complaint)
            return
        except OSError as error:
            self._complain(f"The environment file cannot be read: {error.strerror or error}", path)
            return

        self.load_environment(config)
        self.load_provisioners(config)
        self.load_hosts(config)
        self.load_resolver(config)
        self._load_sections(config)
        if self.connect_method == "local":
            self.target_directory = self.base_dir

    def _complain(self, message, file=None, line=None, hint=None):
        self.exceptions.append(batou.ConfigurationError.from_context(message).with_place(file, line, hint))

    def _complain_about(self, section, message, hint=None, option=None):
        message = f"Section [{section.name}]: {message}" if section.name else message
        self._complain(message, section.file, section.line_of(option), hint)

    def _component_hint(self, name):
        """Says what may have been meant by the name of a component that is not known."""
        if any(isinstance(error, batou.ComponentLoadingError) for error in self.exceptions):
            return "It may stand in the file that failed to load, see above."
        if not self.components:
            return "There are no components; write one into components/NAME/component.py."
        similar = similar_names(name, self.components)
        return f"Did you mean {similar}?" if similar else f"Known components: {', '.join(sorted(self.components))}."

    def _load_components(self):
        from batou.component import load_components_from_file

        directory = os.path.join(self.base_dir, "components")
        try:
            names = os.listdir(directory)
        except FileNotFoundError:
            names = []
        paths = [os.path.join(directory, name, "component.py") for name in names if not name.startswith(".")]
        for path in sorted(paths):
            if not os.path.exists(path):
                continue
            try:
                self.components.update(load_components_from_file(path))
            except Exception as error:
                self.exceptions.append(batou.ComponentLoadingError.from_context(path, error, error.__traceback__))

    def load_environment(self, config):
        """Reads the sections [environment] and [vfs]. Values that were set before, by the command line say, stay."""
        section = config.get("environment", ConfigSection())
        for option in _TEXT_OPTIONS:
            if option in section and getattr(self, option) is None:
                setattr(self, option, section[option])
        if "timeout" in section and self.timeout is None:
            self.timeout = self._checked_number(section, "timeout", 0)
        if "jobs" in section:
            self._checked_number(section, "jobs", 1)
        if isinstance(self.require_sudo, str):
            self._checked_literal(section, "require_sudo", None)
        self.update_method = _OLD_UPDATE_METHODS.get(self.update_method, self.update_method)
        self._check_choice(section, "connect_method", _CONNECT_METHODS)
        self._check_choice(section, "update_method", _UPDATE_METHODS)
        if self.check_and_predict_local:
            self.connect_method = "local"
        self._set_defaults()

        if "vfs" in config:
            self._load_vfs(config["vfs"])
        self._load_address_families(section)
        self.host_factory = LocalHost if self.connect_method == "local" else RemoteHost

    def _checked_number(self, section, option, least):
        try:
            number = int(section[option])
        except ValueError:
            number = None
        if number is not None and number >= least:
            return number
        self._complain_about(
            section,
            f"invalid value for `{option}`: {section[option]!r}",
            f"Allowed is a whole number, {least} or more.",
            option,
        )
        return None

    def _checked_literal(self, section, option, default):
        if option not in section:
            return default
        try:
            return parse_literal(section[option])
        except ValueError:
            self._complain_about(
                section, f"invalid value for `{option}`: {section[option]!r}", f"Allowed is {LITERAL_WORDS}.", option
            )
            return default

    def _check_choice(self, section, option, choices):
        value = getattr(self, option)
        if value is None or value in choices:
            return
        allowed = f"Allowed is one of {', '.join(choices)}."
        self._complain_about(section, f"invalid value for `{option}`: {value!r}", allowed, option)
        setattr(self, option, None)

    def _set_defaults(self):
        if self.update_method is None:
            self.update_method = "rsync"
        if self.connect_method is None:
            self.connect_method = "ssh"
        if self.target_directory is None:
            self.target_directory = "~/deployment"
        if self.timeout is None:
            self.timeout = 3
        if self.platform is None and self.host_domain:
            self.platform = self.host_domain

    def _load_vfs(self, section):
        import batou.vfs

        members = vars(batou.vfs).items()
        sandboxes = {name: value for name, value in members if isinstance(value, type) and not name.startswith("_")}
        name = section.get("sandbox")
        if name in sandboxes:
            self.vfs_sandbox = sandboxes[name](self, section)
            return
        message = "option `sandbox` is missing" if name is None else f"unknown sandbox {name!r}"
        self._complain_about(section, message, f"Set `sandbox` to one of {', '.join(sorted(sandboxes))}.", "sandbox")

    def _load_address_families(self, section):
        for option in ("require_v4", "require_v6"):
            if section.get(option, "").strip() == "optional":
                setattr(self, option, "optional")
            else:
                setattr(self, option, self._checked_literal(section, option, getattr(self, option)))
        batou.utils.Address.require_v4 = self.require_v4
        batou.utils.Address.require_v6 = self.require_v6

    def load_provisioners(self, config):
        """Refuses sections of provisioners, except for local checks, which create no machines."""
        if self.check_and_predict_local or not self._creates_machines:
            return
        for name in config:
            if name.startswith("provisioner:"):
                self._complain_about(
                    config[name],
                    "provisioners are not supported",
                    "Create the machine by other means and remove the section.",
                )

    def load_hosts(self, config):
        """Reads the hosts and what runs on them."""
        self._load_hosts_single_section(config)
        self._load_hosts_multi_section(config)
        self._store_hostname_mapping()

    def _load_hosts_single_section(self, config):
        section = config.get("hosts", ConfigSection())
        for written_name in section:
            name = written_name.lstrip("!")
            host = self.host_factory(name, self)
            host.ignore = written_name.startswith("!")
            self.hosts[host.name] = host
            self._load_host_components(host, section.as_list(written_name), section, written_name)

    def _load_hosts_multi_section(self, config):
        for section_name in config:
            if not section_name.startswith("host:"):
                continue
            section = config[section_name]
            host = self.host_factory(section_name.removeprefix("host:"), self, section)
            if not self._has_known_provisioner(host, section):
                host._provisioner = "none"
            if host.name in self.hosts:
                self.exceptions.append(
                    batou.DuplicateHostError.from_context(host.name).with_place(
                        section.file, section.line, "Keep either the line in [hosts] or this section."
                    )
                )
            self.hosts[host.name] = host
            if "components" in section:
                self._load_host_components(host, section.as_list("components"), section, "components")
            else:
                self._complain_about(
                    section,
                    "option `components` is missing",
                    "Add `components =` and a list of the components that the host runs.",
                )

    def _has_known_provisioner(self, host, section):
        if self.check_and_predict_local or not self._creates_machines:
            return False
        name = section.get("provisioner")
        if not name or name == "none" or name in self.provisioners:
            if host.remap and host.provisioner is None and host._name not in self.hostname_mapping:
                self._complain_about(
                    section,
                    "`provision-dynamic-hostname` needs a provisioner, or an entry in hostmap.json",
                    "Remove the option, or write the name of the host into hostmap.json.",
                )
            return True
        self._complain_about(
            section, f"provisioner {name!r} is not supported", "Set `provisioner = none` and create the machine by other means."
        )
        return False

    def _load_host_components(self, host, component_list, section=None, option=None):
        for name, settings in parse_host_components(component_list).items():
            try:
                self.add_root(name, host, settings["features"], settings["ignore"])
            except KeyError:
                error = batou.MissingComponent.from_context(name, host.name)
                if section is not None:
                    error.with_place(section.file, section.line_of(option), self._component_hint(name))
                self.exceptions.append(error)

    def load_resolver(self, config):
        """Reads addresses of hosts that are not to be looked up."""
        section = config.get("resolver", ConfigSection())
        for hostname, value in section.items():
            for address in filter(None, map(str.strip, value.splitlines())):
                if "." in address:
                    self._resolve_override[hostname] = address
                elif ":" in address:
                    self._resolve_v6_override[hostname] = address
                else:
                    error = batou.InvalidIPAddressError.from_context(address)
                    hint = "Write an IPv4 or IPv6 address, one a line."
                    self.exceptions.append(error.with_place(section.file, section.line_of(hostname), hint))
        batou.utils.resolve_override.update(self._resolve_override)
        batou.utils.resolve_v6_override.update(self._resolve_v6_override)

    def _load_sections(self, config):
        for name in config:
            section = config[name]
            if name.startswith("component:"):
                component = name.removeprefix("component:")
                if component in self.components:
                    self.overrides[component] = section
                else:
                    error = batou.SuperfluousComponentSection.from_context(component)
                    self.exceptions.append(error.with_place(section.file, section.line, self._component_hint(component)))
            elif name not in _PLAIN_SECTIONS and not name.startswith(_PREFIXED_SECTIONS):
                error = batou.SuperfluousSection.from_context(name)
                known = "Known are [environment], [hosts], [host:NAME], [component:NAME], [vfs] and [resolver]."
                hint = f"Did you mean [component:{name}]?" if name in self.components else known
                self.exceptions.append(error.with_place(section.file, section.line, hint))

    # Names that were given to hosts

    def _load_hostname_mapping(self):
        path = self._environment_path("hostmap.json")
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except (FileNotFoundError, NotADirectoryError):
            return
        import json

        try:
            mapping = json.loads(text)
            if not isinstance(mapping, dict):
                raise ValueError("it holds no object")
        except ValueError as error:
            self._complain(f"The host map cannot be read: {error}", path, hint="Restore the file, or delete it to name hosts anew.")
            self._keeps_hostname_mapping = True
            return
        for name, true_name in mapping.items():
            if name in self.hostname_mapping:
                raise batou.DuplicateHostMapping.from_context(name, self.hostname_mapping[name], true_name)
            self.hostname_mapping[name] = true_name

    def _store_hostname_mapping(self):
        if self._predicting or self._keeps_hostname_mapping:
            return
        path = self._environment_path("hostmap.json")
        if all(name == true_name for name, true_name in self.hostname_mapping.items()):
            try:
                os.unlink(path)
            except (FileNotFoundError, NotADirectoryError):
                pass
            return
        import json

        text = json.dumps(self.hostname_mapping)
        temporary = f"{path}.{os.getpid()}.new"
        self._ensure_environment_dir()
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)

    # Secrets

    def load_secrets(self):
        """Refuses an environment that has secrets, as deploying it without them would be wrong."""
        for path in self._secret_paths():
            self._complain(
                "This environment has secrets, which cannot be read yet.",
                path,
                hint="Deploy it with batou 2.7, or move the values to the environment file if they need no protection.",
            )

    def _secret_paths(self):
        places = (
            (self._environment_path(), lambda name: name.startswith(("secrets.cfg.", "secret-"))),
            (
                os.path.join(self.base_dir, "secrets"),
                lambda name: name == f"{self.name}.cfg" or name.startswith(f"{self.name}-"),
            ),
            (
                os.path.join(self.base_dir, "components", "secrets"),
                lambda name: name == f"{self.name}.cfg.aes",
            ),
        )
        result = []
        for directory, is_secret in places:
            try:
                names = os.listdir(directory)
            except (FileNotFoundError, NotADirectoryError):
                continue
            result.extend(os.path.join(directory, name) for name in sorted(names) if is_secret(name))
        return result

    def _host_data(self):
        return {name: host.data for name, host in self.hosts.items()}

    # Hosts and root components

    def get_host(self, hostname):
        """Returns the host of that written or true name. Raises KeyError."""
        return self.hosts[self.hostname_mapping.get(hostname, hostname)]

    def _as_host(self, host):
        return self.get_host(host) if isinstance(host, str) else host

    def add_root(self, component_name, host, features=(), ignore=False):
        """Adds a component to a host (the object, or its name) and returns its root component. Raises KeyError if it is not defined."""
        from batou.component import RootComponent

        definition = self.components[component_name]
        root = RootComponent(
            name=definition.name,
            environment=self,
            host=self._as_host(host),
            features=features,
            ignore=ignore,
            factory=definition.factory,
            defdir=definition.defdir,
            workdir=os.path.join(self.workdir_base, definition.name),
        )
        self.root_components.append(root)
        return root

    def get_root(self, component_name, host):
        """Returns the root component of that name on a host. Raises KeyError."""
        host = self._as_host(host)
        for root in self.root_components:
            if root.host is host and root.name == component_name:
                return root
        raise KeyError(f"Component {component_name} not configured for host {host.name}")

    def components_for(self, host):
        """Returns the root components of a host: {name: RootComponent}."""
        host = self._as_host(host)
        return {root.name: root for root in self.root_components if root.host is host}

    def _root_order(self, root):
        """Returns the place of a root component in the environment; those that are not part of it come last."""
        positions = self._root_positions
        if root not in positions or len(positions) != len(self.root_components):
            positions.clear()
            positions.update((root, number) for number, root in enumerate(self.root_components))
        return positions.get(root, len(positions))

    def root_dependencies(self, host=None):
        """Returns {root: set of the roots that must be deployed before}, of one host (object, name or fqdn) only if it is given."""
        graph = self.resources.get_dependency_graph()
        roots = dict.fromkeys(self.root_components)
        roots.update(dict.fromkeys(graph))
        return {
            root: graph.get(root, set())
            for root in sorted(roots, key=self._root_order)
            if host is None or host is root.host or host in (root.host.fqdn, root.host.name)
        }

    def map(self, path):
        """Returns where a path of the deployment really is."""
        return self.vfs_sandbox.map(path) if self.vfs_sandbox is not None else path

    def prepare_connect(self):
        """Starts the machines of connection methods that manage machines."""
        if self.connect_method == "vagrant":
            batou.output.step("vagrant", "Ensuring machines are up ...")
            batou.utils.cmd("vagrant up")
        elif self.connect_method == "kitchen":
            batou.output.step("kitchen", "Ensuring machines are up ...")
            for host in self.hosts.values():
                batou.utils.cmd(["kitchen", "create", host.fqdn])
            command = os.environ.get("BATOU_POST_KITCHEN_CREATE_CMD")
            if command:
                batou.utils.cmd(f"kitchen exec -c '{command}'")

    # Configuring

    def configure(self):
        """Configures all root components until nothing changes any more. Returns the errors, which are also added to ``exceptions``."""
        from batou._configuration import ConfigurationRun

        self.exceptions.extend(ConfigurationRun(self).run())
        return self.exceptions


def _known_names(base_dir):
    directory = os.path.join(base_dir, "environments")
    try:
        names = os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
    found = set()
    for name in names:
        if os.path.isfile(os.path.join(directory, name, "environment.cfg")):
            found.add(name)
        elif name.endswith(".cfg") and os.path.isfile(os.path.join(directory, name)):
            found.add(name.removesuffix(".cfg"))
    return sorted(found)
