from batou.component import Component
from batou.lib.file import File


class Text(Component):

    word = "grüße, мир, 世界, 🚀"

    def configure(self):
        self += File("utf-8", content="{{component.word}} é\n")
        self += File("latin-1", content="größe {{host.name}}\n", encoding="latin-1")
        self += File("utf-16", content="größe\n", encoding="utf-16-le")
        self += File("from-latin-1", source="source-latin-1", encoding="latin-1")
        self += File("bytes", content="größe {{host.name}}\n".encode("utf-8"))
        self += File("grüße.txt", content="a name beyond ascii\n")
