from batou.component import Component
from batou.lib.file import Directory, File


class Thing(Component):

    def configure(self):
        self += Directory("target", source="source")
        self += File("other", ensure="directory", source="source")
