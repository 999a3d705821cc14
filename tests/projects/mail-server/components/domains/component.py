import yaml

from batou.component import Component


class Domain:
    """A domain with its addresses."""

    def __init__(self, name, mailboxes, aliases):
        self.name = name
        self.mailboxes = [f"{user}@{name}" for user in mailboxes]
        self.aliases = {
            (f"@{name}" if local == "@" else f"{local}@{name}"): [t if "@" in t else f"{t}@{name}" for t in targets]
            for local, targets in sorted(aliases.items())
        }


class Domains(Component):

    data = "domains.yaml"

    def configure(self):
        with open(f"{self.defdir}/{self.data}") as f:
            data = yaml.safe_load(f)
        self.domains = [Domain(name, **data[name]) for name in sorted(data)]
        self.provide("mail:domains", self)

    @property
    def mailboxes(self):
        return [box for domain in self.domains for box in domain.mailboxes]
