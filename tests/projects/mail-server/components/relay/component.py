from batou.component import Attribute, Component, ConfigString, platform
from batou.lib.file import File, Purge
from batou.utils import Address


class CompiledMap(Component):
    """A map in its source form and in the form that the relay looks addresses up in."""

    namevar = "name"
    entries = ()

    def configure(self):
        self.source = File(self.name, content="".join(f"{key} {value}\n" for key, value in self.entries), is_template=False)
        self += self.source

    def verify(self):
        self.parent.assert_no_changes()
        self.assert_file_is_current(f"{self.name}.db", [self.name])

    def update(self):
        # Stands in for postmap, which is not on every machine.
        self.cmd(f"LC_ALL=C sort {self.name} > {self.name}.db")


class Maps(Component):

    def configure(self):
        domains = self.parent.domains
        self += CompiledMap("virtual", entries=[(a, ", ".join(t)) for d in domains for a, t in d.aliases.items()])
        self += CompiledMap("mailboxes", entries=[(box, "OK") for d in domains for box in d.mailboxes])
        self += Purge("virtual.old")


class Relay(Component):
    """Takes mail from the world and from the networks of the house."""

    address = Attribute(Address, ConfigString("localhost:25"))
    message_size_limit = Attribute(int, 50 * 1024 * 1024)
    relay_networks = Attribute("list", ConfigString("127.0.0.0/8"))

    def configure(self):
        self.domains = self.require_one("mail:domains").domains
        self.delivery = self.require_one("mail:delivery")
        self.milter = self.require_one("mail:milter", host=self.host)
        self.public_name = self.host.data.get("public-name", self.host.fqdn)
        self += Maps()
        self += File("main.cf")
        self += File("etc/aliases", content="root: postmaster@{{component.domains[-1].name}}\n", leading=True)
        self.provide("mail:relay", self.address)


@platform("mail", Relay)
class Tuning(Component):
    """What the machines of the provider need on top."""

    def configure(self):
        self += File("master.d/tuning", content="smtpd -o stress=\nprocess_limit {{host.data['public-name']|length * 10}}\n", leading=True)
