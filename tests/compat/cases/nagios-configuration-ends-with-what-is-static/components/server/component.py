from batou.component import Component
from batou.lib.nagios import NagiosServer


class Server(Component):

    def configure(self):
        self += NagiosServer(static="define host {\n}")
