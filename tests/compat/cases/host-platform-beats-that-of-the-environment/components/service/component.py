from batou.component import Component, platform
from batou.lib.file import File


class Service(Component):

    def configure(self):
        self += File(self.host.name, content="{{host.platform}} {{environment.platform}}\n")


@platform("nixos", Service)
class NixosService(Component):

    def configure(self):
        self += File("nixos-" + self.host.name, content="nixos\n")
