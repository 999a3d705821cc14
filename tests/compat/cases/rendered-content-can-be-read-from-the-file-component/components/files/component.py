import hashlib

from batou.component import Component
from batou.lib.file import File


class Files(Component):

    def configure(self):
        self += File("first", content="größe {{host.name}}\n")
        first = self._
        digest = hashlib.sha256(first.content).hexdigest()
        relative = first.path.replace(self.workdir, "WORK")
        self += File("second", content="%s %s %s\n" % (type(first.content).__name__, digest, relative))
        self += File("third", source="guess.txt")
        self += File("fourth", content="%r\n" % self.sub_components[2].content, is_template=False)
