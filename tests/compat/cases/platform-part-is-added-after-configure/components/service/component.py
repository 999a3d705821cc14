from batou.component import Component, platform
from batou.lib.file import File


class Service(Component):

    def configure(self):
        self += File("common", content="common\n")
        self.message = "set while configuring"


@platform("debian", Service)
class DebianService(Component):

    def configure(self):
        self += File("debian", content="{{component.parent.message}} {{host.platform}}\n", template_context=self)


@platform("nixos", Service)
class NixosService(Component):

    def configure(self):
        self += File("nixos", content="nixos\n")


class Special(Service):
    """A subclass does not inherit the platform part."""
