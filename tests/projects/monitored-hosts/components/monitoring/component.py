from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File


class Alerts(Component):
    """Whom to tell, beside what the collected checks say."""

    contacts = Attribute("list", ConfigString("admins"))

    def configure(self):
        self.hosts = sorted(self.require("monitored-host"), key=lambda host: host.fqdn)
        self.provide("contacts", self.contacts)
        self += File("contacts.cfg")
        self += File("hosts.cfg")
