from batou.component import Component


class Talker(Component):

    def configure(self):
        self.log("configured %s %d", "twice", 2)

    def verify(self):
        self.log("verified")


class Silent(Component):

    def verify(self):
        pass


class Service(Component):

    def configure(self):
        self += Talker()
        self += Silent()
