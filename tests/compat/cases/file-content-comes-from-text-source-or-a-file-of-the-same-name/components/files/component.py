from batou.component import Component
from batou.lib.file import File


class Files(Component):

    word = "word"

    def configure(self):
        self += File("from-text", content="{{component.word}}\n")
        self += File("from-source", source="source.txt")
        self += File("from-nested-source", source="nested/other.txt")
        self += File("from-absolute-source", source=self.defdir + "/source.txt")
        self += File("guessed.txt")
        self += File("sub-guessed/guessed.txt", leading=True)
        self += File("verbatim", source="source.txt", is_template=False)
        self += File("verbatim-text", content="{{component.word}}\n", is_template=False)
        self += File("truthy", content="{{component.word}}\n", is_template="true")
        self += File("empty", content="")
