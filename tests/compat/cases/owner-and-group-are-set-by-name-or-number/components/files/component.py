from batou.component import Component
from batou.lib.file import File, Group, Owner


class Files(Component):

    def configure(self):
        self += File("named", content="x\n", owner="daemon", group="daemon")
        self += File("numbered", content="x\n", owner=65534, group=65534)
        self += File("directory", ensure="directory", owner="nobody", group="nogroup", mode=0o700)
        self += File("bare", content="x\n")
        self += Owner("bare", owner="daemon")
        self += Group("bare", group="nogroup")
