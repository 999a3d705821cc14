from batou.component import Component


class Web(Component):

    def configure(self):
    pass
