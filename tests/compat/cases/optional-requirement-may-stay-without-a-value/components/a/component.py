from batou.component import Component
from batou.lib.file import File


class Consumer(Component):

    def configure(self):
        one = self.require_one("address", strict=False)
        several = self.require("address", strict=False)
        self += File("result", content="%r %r\n" % (one, several))
