from batou.component import Component
from batou.lib.file import File
from batou.utils import Address


class Server(Component):

    def configure(self):
        self.address = Address("both.example.com", 443)
        self.four = Address("four.example.com", 443)
        self += File("addresses", content="""\
{{component.address.listen}} {{component.address.listen_v6}}
{{component.four.require_v4}} {{component.four.require_v6}}
""")
