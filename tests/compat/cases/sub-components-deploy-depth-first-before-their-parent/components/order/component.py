from batou.component import Component


class Step(Component):

    namevar = "name"
    children = ()

    def configure(self):
        for child in self.children:
            self += child

    def verify(self):
        with open("trace", "a") as trace:
            trace.write("verify %s\n" % self.name)
        assert False

    def update(self):
        with open("trace", "a") as trace:
            trace.write("update %s\n" % self.name)


class Order(Component):

    def configure(self):
        self += Step("a", children=[Step("b", children=[Step("c")]), Step("d")])
        self += Step("e")
