from batou.component import Component
from batou.lib.file import File


class Reader(Component):
    def configure(self):
        self.keys = self.require_one("keypair::mail")
        self.auth = self.require_one("http_basic_auth")
        self += File("where", content="{{component.keys.key_file.path}} {{component.auth.path}}\n")
