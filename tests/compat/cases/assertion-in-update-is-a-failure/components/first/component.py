from batou.component import Component


class First(Component):

    def verify(self):
        assert False

    def update(self):
        assert False, "an update must not do this"
