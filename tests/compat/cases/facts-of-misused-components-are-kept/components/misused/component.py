from batou.component import Component
from batou.lib.file import File


class Misused(Component):
    def configure(self):
        self += File("x", content="{{nothing}}")
