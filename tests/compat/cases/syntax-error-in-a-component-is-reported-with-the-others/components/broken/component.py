from batou.component import Component


class Broken(Component):

    def configure(self)
        pass
