from batou.component import Component, handle_event


class Changing(Component):

    def verify(self):
        assert False

    def update(self):
        with open("updated", "w"):
            pass


class Listening(Component):

    @handle_event("before-update", "everywhere")
    def listen(self, source):
        pass


class Service(Component):

    def configure(self):
        self += Changing()
        self += Listening()
