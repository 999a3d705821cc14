from batou.component import Component


class Asks(Component):

    def verify(self, predicting=False):
        if predicting:
            return
        assert False

    def update(self):
        with open("trace", "a") as trace:
            trace.write("asks\n")


class TakesAll(Component):

    def verify(self, **keywords):
        assert keywords == {"predicting": True}, "%r" % keywords

    def update(self):
        with open("trace", "a") as trace:
            trace.write("takes all\n")


class Plain(Component):

    def verify(self):
        assert False

    def update(self):
        with open("trace", "a") as trace:
            trace.write("plain\n")


class Service(Component):

    def configure(self):
        self += Asks()
        self += TakesAll()
        self += Plain()
