from batou.component import Attribute, Component
from batou.lib.file import File


class Settings(Component):

    shared = Attribute(str, "no")
    own = Attribute(str, "no")

    def configure(self):
        self += File("values", content="{{component.shared}} {{component.own}} {{host.data.get('shared')}}\n")
