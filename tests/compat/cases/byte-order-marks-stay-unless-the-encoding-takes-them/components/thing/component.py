from batou.component import Component
from batou.lib.file import File


class Thing(Component):

    def configure(self):
        self += File("kept", source="marked", is_template=False)
        self += File("taken", source="marked", encoding="utf-8-sig", is_template=False)
        self += File("wide", source="wide", encoding="utf-16")
        self += File("binary", source="marked", encoding=None, is_template=False)
