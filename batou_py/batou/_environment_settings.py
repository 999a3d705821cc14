"""Reading the sections of an environment file that hold settings."""

import batou
import batou.utils
from batou._environment_file import ConfigSection
from batou._reporting import similar_names
from batou.host import LITERAL_WORDS, LocalHost, RemoteHost, parse_literal

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


class SettingLoading:
    """The part of an environment that reads its settings, and complains about them with their place."""

    def _complain(self, message, file=None, line=None, hint=None):
        self.exceptions.append(batou.ConfigurationError.from_context(message).with_place(file, line, hint))

    def _complain_about(self, section, message, hint=None, option=None):
        message = f"Section [{section.name}]: {message}" if section.name else message
        self._complain(message, section.file, section.line_of(option), hint)

    def _component_hint(self, name):
        """Says what may have been meant by the name of a component that is not known."""
        if not name:
            return "Name a component, or remove the comma that nothing follows."
        if any(isinstance(error, batou.ComponentLoadingError) for error in self.exceptions):
            return "It may stand in the file that failed to load, see above."
        if not self.components:
            return "There are no components; write one into components/NAME/component.py."
        similar = similar_names(name, self.components)
        return f"Did you mean {similar}?" if similar else f"Known components: {', '.join(sorted(self.components))}."

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

        name = section.get("sandbox")
        # Definitions may have put sandboxes of their own there.
        sandboxes = {known: value for known, value in vars(batou.vfs).items() if callable(value) and not known.startswith("_")}
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
        """Reads who makes machines. Runs that need no machines pass that over."""
        if self.check_and_predict_local or not self._creates_machines:
            return
        for name in config:
            if name.startswith("provisioner:"):
                if self.connect_method == "local":
                    self._complain_about(
                        config[name],
                        "this machine is the only one of an environment with `connect_method = local`",
                        "Remove the section, or set another `connect_method`.",
                    )
                    continue
                from batou import _provisioning

                _provisioning.load(self, config[name])

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
