from batou.component import Attribute, Component


class Settings(Component):

    port = Attribute(int)

    def configure(self):
        self.port + 1
