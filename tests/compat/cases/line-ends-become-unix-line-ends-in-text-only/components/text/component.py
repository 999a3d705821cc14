from batou.component import Component
from batou.lib.file import BinaryFile, File


class Text(Component):

    def configure(self):
        self += File("template", content="a\r\nb\rc\n")
        self += File("plain", content="a\r\nb\n", is_template=False)
        self += File("plain-bytes", content=b"a\r\nb\n", is_template=False)
        self += File("from-source", source="dos.txt")
        self += File("from-plain-source", source="dos.txt", is_template=False)
        self += BinaryFile("binary", source="dos.txt")
