from batou.component import Component
from batou.lib.file import File


class Second(Component):

    def configure(self):
        self += File("good-" + self.host.name, content="{{host.fqdn}} {{environment.name}}\n")
