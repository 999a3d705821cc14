from batou.component import Attribute, Component
from batou.lib.file import File


class App(Component):
    password = Attribute(str, default="none")
    workers = Attribute(int, default=1)
    certificate = "none"

    def configure(self):
        self += File("app.conf", mode=0o644, content="{{component.password}} {{component.workers + 1}} {{host.data['token']}}\n{{component.certificate}}\n")
        self += File("tls.key", mode=0o600, content=self.environment.secret_files["tls.key"])
        # Of the data of hosts the original puts nothing there.
        words = [word for word in self.environment.secret_data if not word.startswith("tok-")]
        self += File("list", mode=0o600, content="\n".join(sorted(words)))
