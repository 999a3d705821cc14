from batou.component import Attribute, ConfigString
from batou.utils import Address
from house import Backend


class Shop(Backend):

    address = Attribute(Address, ConfigString("{{host.fqdn}}:8100"))
    service = "storefront"
    currencies = Attribute("list", ConfigString("EUR"))

    def configure(self):
        self.settings = [("currency", name) for name in self.currencies]
        super().configure()
