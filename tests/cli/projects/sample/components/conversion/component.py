from batou.component import Attribute, Component


class Conversion(Component):

    number = Attribute(int, "many")

    def configure(self):
        self.doubled = 2 * int(self.number)
