from batou.component import Attribute, Component
from batou.lib.file import Directory, File, Symlink


class Numbers(Component):
    """A page that the program made."""

    def verify(self):
        self.parent.assert_no_changes()
        self.assert_file_is_current("public/numbers.txt", [self.parent.program])

    def update(self):
        self.cmd(f"{self.parent.program} {self.parent.upto} {self.parent.step} > public/numbers.txt")


class Site(Component):

    upto = Attribute(int, 12)
    step = Attribute(int, 3)

    def configure(self):
        self.program = self.require_one("counter", host=self.host)
        self += Directory("public", source="public")
        self += File("public/about.html", content="<p>By {{component.program|replace(environment.base_dir, '')}}\n")
        self += Numbers()
        self += Symlink("current", source="public")
