from batou.component import Attribute, Component
from batou.lib.file import File


class App(Component):
    password = Attribute(str)

    def configure(self):
        self += File("main", content=self.password, mode=0o600)
        for name, content in sorted(self.environment.secret_files.items()):
            self += File(name, content=content, mode=0o600)
