from batou.component import Component
from batou.lib.download import Download


class Downloads(Component):
    def configure(self):
        self += Download("http://host/a")
