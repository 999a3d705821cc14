import batou.lib.logrotate
import batou.lib.nagios
from batou.lib.file import Directory


class Logs(batou.lib.logrotate.Logrotate):
    """In a place of its own for each host, as all of them are this machine here."""

    def configure(self):
        # What collects checks comes first, if the host has any.
        self.require("probes", host=self.host, strict=False)
        self.require("nagios", host=self.host, strict=False)
        self.workdir = self.map(self.environment.workdir_base + "/logs-" + self.host.name)
        super().configure()


class Probes(batou.lib.nagios.NRPEHost):

    def configure(self):
        self.require("monitored-host", host=self.host)
        self.provide("probes", self)
        # The file of the daemon lies in a directory that its package makes.
        self += Directory("/etc/nagios/nrpe/local", leading=True)
        super().configure()


class Nagios(batou.lib.nagios.NagiosServer):

    def configure(self):
        self.require("contacts", host=self.host)
        self.provide("nagios", self)
        super().configure()
