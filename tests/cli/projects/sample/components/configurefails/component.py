from batou.component import Component


class Configurefails(Component):

    def configure(self):
        port = {"http": 80}
        self.port = port["https"]
