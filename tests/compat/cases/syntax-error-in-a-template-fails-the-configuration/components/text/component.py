from batou.component import Component
from batou.lib.file import File


class Text(Component):

    def configure(self):
        self += File("bad", content="{% for x in component.list %}\n")
