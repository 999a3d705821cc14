from batou.component import Attribute, Component


class Service(Component):
    number = Attribute(int, default=1)
    text = Attribute(str, default="default")

    def configure(self):
        self.values = [self.number, self.text]
