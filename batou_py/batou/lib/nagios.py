"""Checks that Nagios does, from outside or through NRPE on the host."""

import os

from batou.component import Component, HookComponent
from batou.lib.file import File

_NAGIOS = """\
# Generated from template; don't edit manually!
{% for service in component.services %}
#
# {{service.description}}
#
define service {
    use         generic-service
    host_name   {{service.host.name}}
    service_description {{service.description}}
    check_command {{service.check_command}}
    servicegroups {{service.servicegroups}}
{% if service.contact_groups %}
    contact_groups {{service.contact_groups}}
{% endif %}{% if service.notes_url %}
    notes_url {{service.notes_url}}
{% endif %}}
{% for other_host, other_description in service.depend_on %}
define servicedependency {
    use generic-servicedependency
    host_name {{other_host}}
    dependent_host_name {{service.host.name}}
    service_description {{other_description}}
    dependent_service_description {{service.description}}
}
{% endfor %}{% endfor %}{{component.static}}
"""

_NRPE = """\
# Generated from template; don't edit manually!
{% for service in component.services %}command[{{service.name}}]={{service.nrpe_command}}
{% endfor %}
"""


def ServiceCheck(description, nrpe=False, **kw):
    """Returns a check: an `NRPEService`, which runs on the host itself, or a `Service`."""
    return (NRPEService if nrpe else Service)(description, **kw)


class Service(HookComponent):
    """A check that Nagios does itself. It needs a `NagiosServer`."""

    namevar = "description"
    key = "batou.lib.nagios:Service"

    command = None
    args = ""
    notes_url = ""
    servicegroups = "direct"
    contact_groups = None  # a text, or a sequence of them
    depend_on = ()  # pairs of host and description

    def configure(self):
        super().configure()
        # Nagios separates descriptions by commas.
        self.description = self.description.replace(",", "_")
        groups = self.contact_groups
        if groups is not None and not isinstance(groups, str):
            self.contact_groups = ",".join(groups)

    @property
    def check_command(self):
        """What Nagios calls."""
        return f"{self.command}!{self.args}" if self.args else self.command


class NRPEService(Service):
    """A check that Nagios has the host run. It needs an `NRPEHost` on the same host."""

    name = None
    servicegroups = "nrpe"

    def configure(self):
        super().configure()
        if not self.name:
            self.name = self.description.lower().replace(" ", "_")

    @property
    def check_command(self):
        """What Nagios calls."""
        return f"check_nrpe!{self.name}"

    @property
    def nrpe_command(self):
        """What the host runs."""
        return f"{self.command} {self.args}"


def _configuration(path, template, own_template):
    if own_template:
        return File(path, source=own_template, mode=0o644)
    return File(path, content=template, mode=0o644)


class NagiosServer(Component):
    """The definitions of the checks of all hosts."""

    #: Path of a template that takes the place of the usual one.
    nagios_cfg = None
    #: What stands after the checks.
    static = ""

    def configure(self):
        self.services = sorted(self.require(Service.key), key=lambda service: (service.host.name, service.description))
        self += _configuration(f"nagios-server-{self.environment.service_user}.cfg", _NAGIOS, self.nagios_cfg)


class NRPEHost(Component):
    """The commands that the host runs for Nagios."""

    #: Path of a template that takes the place of the usual one.
    nrpe_cfg = None

    def configure(self):
        services = self.require(Service.key, host=self.host)
        self.services = sorted(
            (service for service in services if isinstance(service, NRPEService)), key=lambda service: service.name
        )
        self += _configuration(f"/etc/nagios/nrpe/local/{self.environment.service_user}.cfg", _NRPE, self.nrpe_cfg)
