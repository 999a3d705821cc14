from batou.component import Component
from batou.lib.file import File
from batou.lib.logrotate import Logrotate


class Rot(Component):

    def configure(self):
        self.rotation = Logrotate(common_config=b"compress\nsu {{environment.service_user}}\n")
        self += self.rotation
        self += File("copy", content=self.rotation.logrotate_conf.content + self.rotation.logrotate_conf.path.encode(), is_template=False)
