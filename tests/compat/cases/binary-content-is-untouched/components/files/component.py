from batou.component import Component
from batou.lib.file import BinaryFile, File


class Files(Component):

    def configure(self):
        self += BinaryFile("inline", content=b"\x00\xff{{host.name}}\r\n\x80")
        self += BinaryFile("data.bin")
        self += File("raw", content=bytes(range(256)), is_template=False, encoding=None)
