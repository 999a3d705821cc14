from batou.component import Component
from batou.lib.file import File, Mode


class Files(Component):

    def configure(self):
        self += File("number", content="x", mode=0o640)
        self += File("octal", content="x", mode="0600")
        self += File("short", content="x", mode="755")
        self += File("prefixed", content="x", mode="0o711")
        self += File("letters", content="x", mode="rwxr-x--x")
        self += File("sticky", content="x", mode="1755")
        self += File("set-id", content="x", mode=0o4755)
        self += File("string-zero", content="x", mode="0")
        self += File("directory", ensure="directory", mode=0o750)
        self += File("bare", content="x")
        self += Mode("bare", mode="rw-rw-rw-")
        self.mode_read = self._.mode
        self += File("read", content="{{component.mode_read}}\n")
