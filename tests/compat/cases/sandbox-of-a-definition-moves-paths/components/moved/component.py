import batou.vfs
from batou.component import Component


class Below:
    def __init__(self, environment, config):
        self.below = config["below"]

    def map(self, path):
        return self.below + str(path)


batou.vfs.Below = Below


class Moved(Component):
    def configure(self):
        self.place = self.map("/etc/x")
