from batou import Component
from batou.component import Attribute
from batou.lib.file import File
from batou.utils import Address


class Database(Component):

    # Texts of attributes are expanded and converted, whoever gives them.
    address = Attribute(Address, "{{host.fqdn}}:5432")
    connections = Attribute(int, "100")

    def configure(self):
        self.provide("database", self)
        self += File("postgresql.conf")
