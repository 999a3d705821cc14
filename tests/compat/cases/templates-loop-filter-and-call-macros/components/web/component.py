from batou.component import Component
from batou.lib.file import File


class Site:

    def __init__(self, name, aliases=()):
        self.name = name
        self.aliases = aliases

    @property
    def upper(self):
        return self.name.upper()

    def url(self, scheme="https"):
        return "%s://%s/" % (scheme, self.name)


class Web(Component):

    def configure(self):
        self.sites = [Site("a.example", ["b.example", "c.example"]), Site("d.example")]
        self.limits = {"cpu": 2, "memory": 512}
        self.nothing = None
        self.enabled = True
        self += File("sites.conf")
