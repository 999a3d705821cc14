from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File
from batou.utils import Address, NetLoc


class Server(Component):

    public = Attribute(Address, ConfigString("{{host.fqdn}}:8443"))
    internal = Attribute(Address, ConfigString("localhost:9000"))

    def configure(self):
        self.numbered = Address("localhost", 80)
        self.location = NetLoc("example.com", 443)
        self.portless = NetLoc("example.com")
        self.six = NetLoc("::1", 8080)
        self.port_type = type(self.public.connect.port).__name__
        self.ordered = sorted([self.numbered, self.internal, self.public])
        self += File("addresses", content="""\
{{component.public}} {{component.public.connect}}
{{component.public.connect.host}} {{component.public.connect.port}} {{component.port_type}}
{{component.internal.listen}} {{component.internal.listen.host}} {{component.internal.listen.port}}
{{component.numbered}} {{component.numbered.connect.port + 1}} {{component.numbered.listen}}
{{component.location}} {{component.portless}} {{component.six}}
{{component.location|string == "example.com:443"}} {{component.ordered|join(' < ')}}
""")
