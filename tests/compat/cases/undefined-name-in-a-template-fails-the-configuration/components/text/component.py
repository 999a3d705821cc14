from batou.component import Component
from batou.lib.file import File


class Text(Component):

    def configure(self):
        self += File("good", content="good\n")
        self += File("bad", content="{{component.no_such_thing}}\n")
