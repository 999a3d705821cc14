"""Having the machines of an environment made, as part of a run."""


def load(environment, section):
    """Adds the provisioner of a section ``[provisioner:NAME]`` to the environment, or complains about it."""
    from batou.provision import known_methods, provisioner_class

    name = section.name.removeprefix("provisioner:")
    method = section.get("method")
    try:
        factory = provisioner_class(method)
    except KeyError:
        what = "option `method` is missing" if method is None else f"unknown method {method!r}"
        environment._complain_about(section, what, f"Set it to one of {', '.join(known_methods())}.", "method")
        return
    except Exception as error:
        what = f"method {method!r} cannot be loaded: {type(error).__name__}: {error}"
        environment._complain_about(section, what, "See the package that offers it.", "method")
        return
    try:
        provisioner = factory.from_config_section(name, section)
    except KeyError as error:
        environment._complain_about(section, f"option `{error.args[0]}` is missing", f"Method {method} needs it.")
        return
    except ValueError as error:
        environment._complain_about(section, str(error), f"See what method {method} needs.")
        return
    provisioner.rebuild = environment.provision_rebuild
    environment.provisioners[name] = provisioner


def provision(environment, names, changes):
    """Has the machines of hosts made; without ``changes``, only looked at. Hosts that are ignored are left alone."""
    for host in _provisioned(environment, names):
        if changes:
            host.provisioner.provision(host)
        elif hasattr(host.provisioner, "inspect"):
            host.provisioner.inspect(host)


def summarize(environment, names):
    """Prints what provisioners have to say about the machines of hosts."""
    for host in _provisioned(environment, names):
        host.summarize()


def is_needed(environment, names):
    """Says whether any of the hosts is a machine that a provisioner makes."""
    return bool(_provisioned(environment, names))


def _provisioned(environment, names):
    return [host for host in environment.hosts.values() if host.name in names and not host.ignore and host.provisioner is not None]
