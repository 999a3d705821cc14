from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File, JSONContent, Presence
from batou.utils import Address


class Filter(Component):
    """Judges mail before it is accepted."""

    listen = Attribute(Address, ConfigString("127.0.0.1:11332"))
    reject_score = Attribute(float, 15)
    greylisting = Attribute("literal", True)

    def configure(self):
        self.domains = self.require_one("mail:domains").domains
        self.provide("mail:milter", self)
        self += Presence("rspamd.json")
        self += JSONContent(
            "rspamd.json",
            data={
                "worker": {"bind_socket": str(self.listen.listen), "milter": True},
                "actions": {"reject": self.reject_score, "greylist": 4 if self.greylisting else None},
                "domains": [domain.name for domain in self.domains],
                "hosts": sorted(host.fqdn for host in self.environment.hosts.values()),
            },
        )
        self += File("local.d/actions.conf", leading=True)
