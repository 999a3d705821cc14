"""Virtual machines and containers of developers, on a host of the Flying Circus platform that has ``fc-devhost`` or ``fc-build-dev-container``."""

import json
import os
import shlex

import _batou_process

import batou
import batou.utils
from batou.host import parse_literal
from batou.provision import Provisioner
from batou.provision._ssh import SshAccess

# Who machines are deployed as can be somebody else than who logs in; this has the functions work as the former.
_FUNCTIONS = """\
set -e
ECHO() {
    ssh -F "$SSH_CONFIG" "$BATOU_MACHINE" "${BATOU_PREFIX}echo $1 > $2"
}
RUN() {
    ssh -F "$SSH_CONFIG" "$BATOU_MACHINE" "${BATOU_PREFIX}$*"
}
COPY() {
    rsync -avz --no-owner --no-group --no-links --safe-links --rsync-path="${BATOU_PREFIX}rsync" "$1" "$BATOU_MACHINE:$2"
}
"""

_COPY_NIX = "COPY provision.nix /etc/local/nixos/provision-container.nix"

# Attributes of components that say nothing about a deployment.
_SILENT_ATTRIBUTES = {"changed", "namevar", "workdir"}


class FCDevProvisioner(Provisioner):
    """What virtual machines and containers of a development host have in common. ``target_host`` is the name of that host."""

    #: What the names of new machines are made of: so many hexadecimal digits.
    _digits = 8
    #: How the development host is asked for the machines that it has.
    _list_command = None
    #: How a new machine takes its configuration over.
    _manage_command = None

    def __init__(self, name):
        super().__init__(name)
        self.aliases = {}

    @classmethod
    def from_config_section(cls, name, section):
        instance = cls(name)
        instance.target_host = section["host"]
        return instance

    def configure_host(self, host, config):
        aliases = config.get("provision-aliases", "").split()
        self.aliases[host.name] = aliases
        for alias in aliases:
            host.aliases[alias] = f"{alias}.{host.name}.{self.target_host}"
        for resolve, v6 in ((batou.utils.resolve, False), (batou.utils.resolve_v6, True)):
            try:
                address = resolve(host.name)
            except (OSError, ValueError):
                # A machine that does not exist yet has no address.
                continue
            self._share_address(host, address, v6, [])

    def _share_address(self, host, address, v6, names):
        """Has these names and the aliases of the host resolved to an address."""
        environment = host.environment
        mine, everybodys = (
            (environment._resolve_v6_override, batou.utils.resolve_v6_override)
            if v6
            else (environment._resolve_override, batou.utils.resolve_override)
        )
        for name in (*names, *host.aliases.values()):
            mine[name] = everybodys[name] = address

    def suggest_name(self, name):
        from uuid import uuid4

        taken = set(batou.utils.cmd([*self._early_ssh(), self.target_host, self._list_command])[0].split())
        while True:
            suggestion = uuid4().hex[: self._digits]
            # Nobody takes digits alone for a name.
            if not suggestion.isdigit() and suggestion not in taken:
                return suggestion

    def _early_ssh(self):
        """Returns how ssh is called as long as no environment has its own configuration."""
        return ["ssh", "-F", "ssh_config"] if os.path.exists("ssh_config") else ["ssh"]

    def provision(self, host):
        environment = host.environment
        remarks = " (Rebuild)" if self.rebuild else ""
        batou.output.step(host.name, f"Provisioning with `{self.name}` provisioner.{remarks}", icon="🧱")
        access = SshAccess(environment)
        access.write(self._machines(environment))
        if self.rebuild:
            access.forget(host.name)
        variables = self._variables(host, access)
        self._run(host, "\n".join(self._script(host)), variables)
        returncode, stdout, stderr = self._output(_FUNCTIONS + self._manage_command, variables)
        if returncode:
            batou.output.warn(f"{host.name}: the machine does not take its configuration over (`{self._manage_command}` failed)")
            batou.output.annotate(stdout + stderr)
        self.inspect(host)

    def _machines(self, environment):
        """Returns the machines of an environment on development hosts: [(real name, written name, development host)]."""
        return [
            (host.name, host._name, host.provisioner.target_host)
            for host in environment.hosts.values()
            if isinstance(host.provisioner, FCDevProvisioner)
        ]

    def _script(self, host):
        """Yields the parts of the script that makes the machine."""
        yield _FUNCTIONS
        if self.rebuild:
            yield self._destroy_command()
        yield self._ensure_command(host)
        directory = host.environment._environment_path()
        script, nix = (os.path.join(directory, name) for name in ("provision.sh", "provision.nix"))
        text = None
        if os.path.exists(script):
            batou.output.annotate(f"    Including {os.path.relpath(script, host.environment.base_dir)}", debug=True)
            with open(script, encoding="utf-8", errors="replace") as file:
                text = file.read()
        yield f"(\ncd {shlex.quote(directory)}"
        if os.path.exists(nix) and "provision.nix" not in (text or ""):
            batou.output.annotate(f"    Including {os.path.relpath(nix, host.environment.base_dir)}", debug=True)
            yield _COPY_NIX
        elif text is None:
            batou.output.warn(f"{host.name}: there is neither provision.sh nor provision.nix in {directory}")
        if text is not None:
            yield ". ./provision.sh"
        yield ")"

    def _variables(self, host, access):
        prefix = f"sudo -u {shlex.quote(host.service_user)} " if host.service_user else ""
        variables = {
            "BATOU_MACHINE": host.name,
            "BATOU_PREFIX": prefix,
            "PROVISION_HOST": self.target_host,
            "PROVISION_ALIASES": " ".join(self.aliases.get(host.name, ())),
            "SSH_CONFIG": access.config,
            "RSYNC_RSH": f"ssh -F {shlex.quote(access.config)}",
        }
        if self.rebuild:
            variables["PROVISION_REBUILD"] = "1"
        variables.update(_component_variables(host))
        return variables

    def _output(self, script, variables):
        batou.output.annotate(script, debug=True)
        returncode, stdout, stderr = _batou_process.run(script, {**os.environ, **variables})
        stdout, stderr = (text.decode("utf-8", errors="replace") for text in (stdout, stderr))
        batou.output.annotate(stdout + stderr, debug=True)
        return returncode, stdout, stderr

    def _run(self, host, script, variables):
        returncode, stdout, stderr = self._output(script, variables)
        if returncode:
            raise batou.utils.CmdExecutionError(f"The provisioning script of {host.name} failed", returncode, stdout, stderr)

    def summarize(self, host):
        for alias in host.aliases.values():
            batou.output.step(host.name, f"https://{alias}/", icon="🌐")


class FCDevVM(FCDevProvisioner):
    """Virtual machines (``fc-devhost``)."""

    _list_command = "sudo fc-devhost list"
    _manage_command = "RUN sudo fc-manage -c"

    hydra_eval = image_url = channel_url = disk_size = ""
    update_channel = True

    @classmethod
    def from_config_section(cls, name, section):
        instance = super().from_config_section(name, section)
        instance.memory = section["memory"]
        instance.cores = section["cores"]
        instance.disk_size = section.get("disk_size", "")
        try:
            instance.update_channel = parse_literal(section.get("update_channel", "true"))
        except ValueError as error:
            raise ValueError(f"option `update_channel`: {error}") from None
        instance._release = section.get("release")
        instance.hydra_eval = "" if instance._release else section.get("hydra-eval", "")
        if not instance._release and not instance.hydra_eval:
            raise ValueError("one of the options `release` and `hydra-eval` is needed")
        return instance

    def provision(self, host):
        self._read_release()
        super().provision(host)

    def _read_release(self):
        """Reads what the release is made of; not earlier, as only making machines needs it."""
        if not self._release or self.image_url:
            return
        from urllib.request import urlopen

        try:
            with urlopen(self._release, timeout=60) as response:
                release = json.loads(response.read())
            self.image_url, self.channel_url = release["devhost_image_url"], release["channel_url"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            problem = f"{error} is missing" if isinstance(error, KeyError) else error
            raise batou.ConfigurationError.from_context(
                f"The release of provisioner `{self.name}` cannot be read from {self._release}: {problem}"
            ) from None

    def _destroy_command(self):
        return 'ssh -F "$SSH_CONFIG" "$PROVISION_HOST" sudo fc-devhost destroy "$PROVISION_VM"'

    def _ensure_command(self, host):
        words = ['ssh -F "$SSH_CONFIG" "$PROVISION_HOST" sudo fc-devhost ensure']
        # fc-devhost wants the aliases in quotes of their own.
        words.append('--memory "$PROVISION_VM_MEMORY" --cpu "$PROVISION_VM_CORES" --aliases "\\"\'$PROVISION_ALIASES\'\\""')
        if self.disk_size:
            words.append('--disk-size "$PROVISION_VM_DISK_SIZE"')
        if self.hydra_eval:
            words.append('--hydra-eval "$PROVISION_HYDRA_EVAL"')
        else:
            words.append('--image-url "$PROVISION_IMAGE" --channel-url "$PROVISION_CHANNEL" "$PROVISION_UPDATE_CHANNEL"')
        return " ".join([*words, '"$PROVISION_VM"'])

    def _variables(self, host, access):
        return {
            "PROVISION_VM": host.name,
            "PROVISION_VM_MEMORY": self.memory,
            "PROVISION_VM_CORES": self.cores,
            "PROVISION_VM_DISK_SIZE": self.disk_size,
            "PROVISION_HYDRA_EVAL": self.hydra_eval,
            "PROVISION_IMAGE": self.image_url,
            "PROVISION_CHANNEL": self.channel_url,
            "PROVISION_UPDATE_CHANNEL": "--update-channel" if self.update_channel else "--no-update-channel",
            **super()._variables(host, access),
        }

    def inspect(self, host):
        access = SshAccess(host.environment)
        ssh = ["ssh", "-F", access.config] if os.path.exists(access.config) else self._early_ssh()
        path = f"/etc/devhost/vm-configs/{host.name}.json"
        text = batou.utils.cmd([*ssh, self.target_host, f"cat {shlex.quote(path)}"])[0]
        try:
            facts = json.loads(text)
            address = facts["srv-ip"]
        except (ValueError, KeyError, TypeError) as error:
            problem = f"{error} is missing" if isinstance(error, KeyError) else error
            raise batou.ConfigurationError.from_context(
                f"{self.target_host} does not tell the address of {host.name}: {path}: {problem}"
            ) from None
        host._provision_info = facts
        self._share_address(host, address, ":" in address, [host._name, host.name])


class FCDevContainer(FCDevProvisioner):
    """Containers (``fc-build-dev-container``). ``channel`` is the URL of what they are made of."""

    _digits = 11
    _list_command = "nixos-container list"
    _manage_command = 'ssh -F "$SSH_CONFIG" "$BATOU_MACHINE" "sudo -i fc-manage -c"'

    @classmethod
    def from_config_section(cls, name, section):
        instance = super().from_config_section(name, section)
        instance.channel = section["channel"]
        return instance

    def _destroy_command(self):
        return 'ssh -F "$SSH_CONFIG" "$PROVISION_HOST" sudo fc-build-dev-container destroy "$PROVISION_CONTAINER"'

    def _ensure_command(self, host):
        return (
            'ssh -F "$SSH_CONFIG" "$PROVISION_HOST" sudo fc-build-dev-container ensure "$PROVISION_CONTAINER" "$PROVISION_CHANNEL"'
            """ "'$PROVISION_ALIASES'\""""
        )

    def _variables(self, host, access):
        return {
            "PROVISION_CONTAINER": host.name,
            "PROVISION_CHANNEL": self.channel,
            **super()._variables(host, access),
        }


def _component_variables(host):
    """Returns what the components of a host say about themselves, and what the environment has them say, as environment variables."""
    from batou.component import Attribute, Component

    variables = {}
    for name, root in host.components.items():
        values = {}
        for attribute in dir(root.factory):
            if attribute.startswith("_") or attribute in _SILENT_ATTRIBUTES:
                continue
            value = getattr(root.factory, attribute)
            is_everybodys = value is getattr(Component, attribute, values)
            if not is_everybodys and not callable(value) and not isinstance(value, (property, Attribute)):
                values[attribute] = value
        values.update(host.environment.overrides.get(name, {}))
        for attribute, value in values.items():
            variable = f"COMPONENT_{name}_{attribute}".upper()
            variables["".join(letter if letter.isalnum() else "_" for letter in variable)] = str(value)
    return variables
