from batou.component import Component
from batou.lib.file import File, Presence


class Files(Component):

    def configure(self):
        self += Presence("present")
        self += Presence("new/with/parents", leading=True)
        self += File("empty", content="")
