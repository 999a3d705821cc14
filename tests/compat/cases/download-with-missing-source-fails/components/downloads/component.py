from batou.component import Component
from batou.lib.download import Download


class Downloads(Component):
    def configure(self):
        self += Download("file:///missing/file", checksum="md5:ab")
