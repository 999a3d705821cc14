"""Making the machines of an environment before they are deployed.

A section ``[provisioner:NAME]`` of an environment file says with ``method`` which class makes machines. Packages of the project offer classes of their
own as entry points of the group ``batou.provisioners``; what such a class has to have is described by `Provisioner`.
"""

from batou._lazy import offer

#: The group of entry points that packages offer provisioners in.
ENTRY_POINTS = "batou.provisioners"

_BUILT_IN = {"fc-nixos-dev-vm": "FCDevVM", "fc-nixos-dev-container": "FCDevContainer"}


class Provisioner:
    """Makes machines of one kind. ``name`` is that of the section; ``rebuild`` is set if machines that exist are to be made anew."""

    rebuild = False

    def __init__(self, name):
        self.name = name

    @classmethod
    def from_config_section(cls, name, section):
        """Makes one from the options of its section. A KeyError names an option that is missing, a ValueError says what is wrong with one."""
        return cls(name)

    def configure_host(self, host, config):
        """Called for each host that the provisioner makes, when the environment is loaded. ``config`` are the options of the host's section."""

    def suggest_name(self, name):
        """Returns the real name of a new machine for the host ``name``. Asked once, for hosts with ``provision-dynamic-hostname``."""
        return name

    def provision(self, host):
        """Makes the machine, if it is not there, and has it ready to be connected. Called before hosts are connected."""

    def inspect(self, host):
        """Finds out what `provision` would about a machine that is there. Called instead of it by runs that must not change anything."""

    def summarize(self, host):
        """Prints what is worth knowing about the machine after a deployment."""


def provisioner_class(method):
    """Returns the class that ``method`` of a section stands for. Raises KeyError if there is none."""
    if method in _BUILT_IN:
        from batou.provision import _devhost

        return getattr(_devhost, _BUILT_IN[method])
    for entry_point in _entry_points():
        if entry_point.name == method:
            return entry_point.load()
    raise KeyError(method)


def known_methods():
    """Returns what ``method`` can be, in order."""
    return sorted({*_BUILT_IN, *(entry_point.name for entry_point in _entry_points())})


def _entry_points():
    from importlib.metadata import entry_points

    return entry_points(group=ENTRY_POINTS)


offer(globals(), {name: "batou.provision._devhost" for name in ("FCDevProvisioner", "FCDevVM", "FCDevContainer")})
