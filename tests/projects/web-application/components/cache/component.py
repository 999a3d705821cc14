from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File
from batou.utils import Address


class Memcached(Component):

    address = Attribute(Address, ConfigString("{{host.fqdn}}:11211"))
    memory = Attribute(int, ConfigString("64"))

    def configure(self):
        # The warm-up reads what is asked for most from the database.
        self.database = self.require_one("database")
        self += File("memcached.conf", content="""\
-l {{component.address.listen.host}}
-p {{component.address.listen.port}}
-m {{component.memory}}
""")
        self += File("warm-up", content="""\
#!/bin/sh
exec psql --host {{component.database.address.connect.host}} --port {{component.database.address.connect.port}} --file {{component.defdir}}/warm-up.sql
""", mode=0o755)
        self.provide("cache", self.address)
