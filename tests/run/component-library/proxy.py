from batou.component import Attribute, Component
from batou.lib.file import File


class Proxy(Component):
    namevar = "name"

    port = Attribute(int, 80)

    def configure(self):
        self.config = File(self.name + ".conf", content="name {{component.name}} port {{component.port}}\n")
        self += self.config
