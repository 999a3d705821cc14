from batou.component import Component
from batou.lib.file import File


class Inlinetemplate(Component):

    def configure(self):
        self += File("server.conf", content="user = {{component.usr}}\n")
