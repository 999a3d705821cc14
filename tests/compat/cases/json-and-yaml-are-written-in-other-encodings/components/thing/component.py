from batou.component import Component
from batou.lib.file import Content, File, JSONContent, YAMLContent


class Thing(Component):

    def configure(self):
        for encoding in ("utf-16", "utf-8-sig", "latin-1", "ascii"):
            self += JSONContent("json-" + encoding, data={"ü": "größe"}, encoding=encoding)
            self += YAMLContent("yaml-" + encoding, data={"ü": "größe"}, encoding=encoding)
            self += File("text-" + encoding, content="gr{{'oe'}}sse\n", encoding=encoding)
