from batou.component import Attribute, Component
from batou.lib.file import Directory, File, Symlink


class Files(Component):

    turned = Attribute("literal", False)

    def configure(self):
        if self.turned:
            self += Directory("a")
            self += File("b", content="now a file\n")
            self += Symlink("c", source="b")
            self += File("d", content="was a link to a directory\n")
        else:
            self += File("a", content="a file\n")
            self += Directory("b")
            self += File("b/inside", content="inside\n")
            self += Directory("c")
            self += Directory("other")
            self += Symlink("d", source="other")
