from batou.component import Attribute, Component, ConfigString
from batou.lib.file import Directory, File, Mode
from batou.utils import Address


class Database(Component):
    """PostgreSQL: its configuration and the accounts that other components ask for."""

    address = Attribute(Address, ConfigString("{{host.fqdn}}:5432"))
    max_connections = Attribute(int, 100)
    shared_buffers = "128MB"
    durable = Attribute("literal", True)

    def configure(self):
        self.clients = sorted(self.require("database:client"), key=lambda client: client["user"])
        self += Directory("data")
        self += Mode("data", mode=0o700)
        self += File("postgresql.conf")
        self += File("pg_hba.conf", sensitive_data=True, mode=0o600)
        self += File("accounts.sql", content="""\
@@ for client in component.clients
CREATE ROLE {{client.user}} LOGIN;
CREATE DATABASE {{client.database}} OWNER {{client.user}};
@@ endfor
""")
        self.provide("database", self)
