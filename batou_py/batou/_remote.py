"""What the deploying side tells a host about an environment, beyond the files of the project that the host has."""

import batou
import batou.utils
from batou._environment_file import ConfigSection


def outgoing(environment):
    """Returns (overrides, host data, addresses, IPv6 addresses, secret files, secret words, aliases, real names) as lists of names with values."""
    return (
        [(name, _pairs(section)) for name, section in environment.overrides.items()],
        [(host.name, _pairs(host.data)) for host in environment.hosts.values()],
        _pairs(environment._resolve_override),
        _pairs(environment._resolve_v6_override),
        [(name, text.encode("utf-8", "surrogateescape")) for name, text in environment.secret_files.items()],
        sorted(environment.secret_data),
        [(host.name, _pairs(host.aliases)) for host in environment.hosts.values() if host.aliases],
        _pairs(environment.hostname_mapping),
    )


def ways(environment):
    """Returns how the hosts of an environment are reached, and how the repository gets there."""
    return (
        environment.update_method,
        environment.branch,
        environment.repository_url,
        environment.repository_root,
        environment.target_directory,
        environment.timeout,
        environment.platform,
        [(host.name, host.fqdn, host.ignore, host.service_user or None, host.require_sudo) for host in environment.hosts.values()],
    )


def _pairs(values):
    return [(str(key), str(value)) for key, value in values.items()]


def incoming_names(environment, hostname_mapping):
    """Sets the real names of hosts, before the files of the host are read."""
    environment._given_hostname_mapping = dict(hostname_mapping)


def incoming(environment, overrides, host_data, addresses, v6_addresses, secret_files, secret_words, aliases):
    """Sets what the deploying side found out; overrides of the files here give way to it."""
    environment.overrides.clear()
    for name, pairs in overrides:
        section = ConfigSection()
        section.update(pairs)
        environment.overrides[name] = section
    for name, pairs in host_data:
        if name in environment.hosts:
            environment.hosts[name].data.update(pairs)
    for name, pairs in aliases:
        if name in environment.hosts:
            environment.hosts[name].aliases.update(pairs)
    environment._resolve_override.update(addresses)
    environment._resolve_v6_override.update(v6_addresses)
    batou.utils.resolve_override.update(environment._resolve_override)
    batou.utils.resolve_v6_override.update(environment._resolve_v6_override)
    for name, content in secret_files:
        environment.secret_files[name] = content.decode("utf-8", "surrogateescape")
    environment.secret_data.update(secret_words)
    environment._loaded_secret_data = set(environment.secret_data)


def identity(error):
    """Returns (class, what it is about as text, its host or None, parts of its sort key): errors of several hosts with the same class and text are one."""
    fields = {}
    for name, value in sorted(vars(error).items()):
        if not name.startswith("_") and name != "affected_hostname":
            fields[name] = value
    host = getattr(error, "affected_hostname", None)
    key = getattr(error, "sort_key", (-99,))
    return type(error).__name__, repr(fields), None if host is None else str(host), [part if isinstance(part, int) else str(part) for part in key]
