from batou.component import Component
from batou.lib.file import File


class Files(Component):

    def configure(self):
        for number in range(5):
            self += File("file-%s" % number, content="number %s\nsecond line\n" % number, mode=0o644)
