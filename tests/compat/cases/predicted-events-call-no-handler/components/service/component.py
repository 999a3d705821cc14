from batou.component import Component, handle_event


class Always(Component):

    def verify(self):
        assert False


class Service(Component):

    def configure(self):
        self += Always()
        self += Handler()


class Handler(Component):

    @handle_event("before-update", "precursor")
    def stop(self, source):
        with open("stopped", "w") as stopped:
            stopped.write("stopped\n")
