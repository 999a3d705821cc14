from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File


class Alerts(Component):
    """Whom to tell, beside what the collected checks say."""

    contacts = Attribute("list", ConfigString("admins"))

    def configure(self):
        self.hosts = sorted(self.require("monitored-host"), key=lambda host: host.fqdn)
        # The checks of the host come first, if it has any.
        self.require("probes", host=self.host, strict=False)
        self.provide("contacts", self.contacts)
        self += File("contacts.cfg")
        self += File("hosts.cfg")
