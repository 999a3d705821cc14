from batou.component import Component
from batou.lib.file import File
from batou.utils import Address


class Server(Component):

    def configure(self):
        self.address = Address("server.example.com", 80)
        self.both = Address("both.example.com", 443, require_v6=True)
        self.six = Address("six.example.com", 53, require_v4=False, require_v6=True)
        self += File("addresses", content="""\
{{component.address.connect}} {{component.address.listen}}
{{component.both.listen}} {{component.both.listen_v6}} {{component.both.listen_v6.host}}
{{component.six.listen_v6}}
""")
