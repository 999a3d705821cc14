from batou.component import Component
from batou.lib.file import File


class Text(Component):

    def configure(self):
        self += File("none", content="{{host.name}}")
        self += File("one", content="{{host.name}}\n")
        self += File("three", content="{{host.name}}\n\n\n")
        self += File("only", content="\n")
        self += File("blanks", content="  {{host.name}}  \n  ")
        self += File("source-none")
        self += File("source-two")
