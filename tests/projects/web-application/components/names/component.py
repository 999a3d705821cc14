from batou.component import Attribute, Component, ConfigString


class Names(Component):
    """What several components have to agree about: the public name, and who may use the database from where."""

    public_name = "shop.example.com"
    clients = Attribute("list", ConfigString("{{host.fqdn}}"))

    def configure(self):
        from batou.utils import Address

        addresses = [Address(client, 0).listen.host for client in self.clients]
        self.provide("public-name", self.public_name)
        self.provide("database:client", {"user": "shop", "database": "shop", "addresses": addresses})
