"""Environments: which machine runs which components, and with which settings."""

import os

import _batou_config

import batou.utils
from batou._environment_file import Config, ConfigSection, adaptation_to_older_definitions, parse_host_components
from batou._environment_hosts import HostLoading
from batou._environment_settings import SettingLoading
from batou._lazy import NAMES_OF_ENVIRONMENT, offer
from batou.host import Host, LocalHost, RemoteHost
from batou.resources import Resources


class UnknownEnvironmentError(ValueError):
    """Environments were asked for that do not exist."""

    def __init__(self, names):
        super().__init__(names)
        self.names = names

    def __str__(self):
        return "Unknown environment(s): " + ", ".join(self.names)


class Environment(SettingLoading, HostLoading):
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
    # Unset for runs without secrets, where something else stands for their values.
    _reads_secrets = True

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
        # What the secrets themselves put there; the rest comes from definitions.
        self._loaded_secret_data = set()
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
        older = adaptation_to_older_definitions(self, path)
        self._load_hostname_mapping()
        self._load_components()
        try:
            config = Config(path)
        except _batou_config.ConfigFileError as error:
            self._complain_about_file(error)
            return
        except OSError as error:
            self._complain(f"The environment file cannot be read: {error.strerror or error}", path)
            return

        self.load_environment(config)
        self.load_provisioners(config)
        self.load_hosts(config)
        self.load_resolver(config)
        self._load_sections(config)
        self._locate_repository()
        if older is not None:
            older.finish(self)

    def _complain_about_file(self, error):
        numbers, text = error.numbers_and_text
        complaint = batou.ConfigurationError.from_context(text).with_place(error.file, numbers, error.hint)
        complaint.excerpt = error.lines or None
        self.exceptions.append(complaint)

    def _locate_repository(self):
        """Finds the directory that is brought to the hosts, and where the project lies in it."""
        root = self.repository_root or "."
        if self.connect_method == "local":
            # Nothing is brought anywhere.
            self.target_directory = root
        elif not self.update_method.startswith("rsync"):
            root = _working_copy(self.base_dir, "." + self.update_method.partition("-")[0]) or "."
        self.deployment_base = os.path.relpath(self.base_dir, os.path.join(self.base_dir, root))

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
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                from batou._older_hints import explain

                # A file that exits was not loaded, as with any other exception.
                complaint = batou.ComponentLoadingError.from_context(path, error, error.__traceback__)
                self.exceptions.append(explain(complaint, error, path))

    # Secrets

    def load_secrets(self):
        """Decrypts the secrets, if there are any, and sets what they say: overrides, host data, ``secret_files``. What is wrong is added to ``exceptions``."""
        if self._secret_paths():
            from batou._secrets import Injection

            batou.output.step("main", "Loading secrets ...", icon="🔑")
            Injection(self).run()

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


def _working_copy(directory, marker):
    """Returns the closest directory from ``directory`` upwards that holds ``marker``, None if there is none."""
    while not os.path.exists(os.path.join(directory, marker)):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


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


offer(globals(), NAMES_OF_ENVIRONMENT)
