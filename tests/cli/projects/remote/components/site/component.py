from batou.component import Attribute, Component
from batou.lib.file import File
from batou.utils import Address


class Site(Component):

    address = Attribute(Address, default_conf_string="{{host.fqdn}}:80")
    password = Attribute(str)

    def configure(self):
        self += File("site.conf", content="listen {{component.address.listen}}\npassword {{component.password}}\n")
