from batou.component import Attribute
from house import Backend


class Wiki(Backend):

    memory = Attribute(int, 512)
    theme = Attribute(str, "plain")

    def configure(self):
        self.settings = [("theme", self.theme)]
        super().configure()
