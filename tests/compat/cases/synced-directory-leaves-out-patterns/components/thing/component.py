from batou.component import Component
from batou.lib.file import Directory


class Thing(Component):

    def configure(self):
        self += Directory("names", source="source", exclude=("*.bak",))
        self += Directory("anchored", source="source", exclude=("/b/junk.bak", "/a.txt"))
        self += Directory("directories", source="source", exclude=("b/",))
        self += Directory("below", source="source", exclude=("b/**",))
        self += Directory("all", source="source", exclude=("b/***",))
        self += Directory("class", source="source", exclude=("[ac].t?t",))
        self += Directory("paths", source="source", exclude=("b/*.txt", "**/e.txt"))
