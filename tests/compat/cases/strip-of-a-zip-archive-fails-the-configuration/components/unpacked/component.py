from batou.component import Component
from batou.lib.archive import Extract


class Unpacked(Component):
    def configure(self):
        self += Extract("a.zip", strip=1)
