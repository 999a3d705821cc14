from batou.component import Component
from batou.utils import Address


class Listener(Component):
    def configure(self):
        Address("localhost:80").listen_v6
