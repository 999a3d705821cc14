from batou.component import Attribute, Component, ConfigString
from batou.lib.cron import CronJob
from batou.lib.file import Directory, File
from batou.lib.logrotate import RotatedLogfile
from batou.utils import Address


class Dovecot(Component):
    """Mailboxes: takes messages from the relay and shows them to their owners."""

    lmtp = Attribute(Address, ConfigString("{{host.fqdn}}:24"))
    quota = "1G"
    expire_days = Attribute(int, 30)

    def configure(self):
        self.domains = sorted(self.require("mail-domain", strict=False))
        self += Directory("mail")
        self += Directory("conf.d")
        self += File("dovecot.conf")
        self += File("conf.d/15-mailboxes.conf", source="conf.d/15-mailboxes.conf")
        self += CronJob("/usr/bin/doveadm", args=f"expunge -A mailbox Trash savedbefore {self.expire_days}d", timing="30 2 * * *")
        self.provide("mailboxes", self)


class Postfix(Component):
    """The relay that the world talks to."""

    address = Attribute(Address, ConfigString("{{host.fqdn}}:25"))
    networks = Attribute("list", ConfigString("127.0.0.0/8"))
    message_size = Attribute(int, 20 * 1024 * 1024)
    greylisting = Attribute("literal", True)

    def configure(self):
        self.mailboxes = self.require_one("mailboxes")
        self.domains = sorted(self.require("mail-domain"))
        self += File("main.cf")
        self += Map("virtual", entries=[line for domain in self.domains for line in self.aliases(domain)])
        self += Map("transport", entries=[(domain, f"lmtp:inet:{self.mailboxes.lmtp.connect}") for domain in self.domains])
        self += Map("access", entries=[("spam.example", "REJECT"), ("203.0.113.", "REJECT no mail from there")])
        self += RotatedLogfile("log/mail.log", args="daily, rotate 14")
        self.provide("relay", self)

    def aliases(self, domain):
        for name in ("abuse", "hostmaster", "postmaster"):
            yield f"{name}@{domain}", f"admin@{self.domains[0]}"


class Map(Component):
    """A lookup table with its index, which is made again whenever the table changed."""

    namevar = "name"
    entries = ()

    def configure(self):
        self += File(self.name, content="""\
@@ for key, value in component.entries
{{'%-40s'|format(key)}} {{value}}
@@ endfor
""", template_context=self)
        self += Index(self.name)


class Index(Component):

    namevar = "name"

    def verify(self):
        self.parent.assert_no_changes()
        self.assert_component_is_current_by_file()

    def assert_component_is_current_by_file(self):
        import os
        assert os.path.exists(self.name + ".index")

    def update(self):
        self.cmd("LC_ALL=C sort {{component.name}} > {{component.name}}.index")


class Domains(Component):
    """Which domains there are, by the environment's data."""

    names = Attribute("list", ConfigString("example.com"))

    def configure(self):
        for name in self.names:
            self.provide("mail-domain", name)
        self += File("domains", content="\n".join(self.names) + "\n")
