from batou.component import Component, handle_event
from batou.lib.file import File


class Handler(Component):

    namevar = "name"

    @handle_event("before-update", "*")
    def on_everything(self, source):
        self.note("everything", source)

    @handle_event("before-update", "precursor")
    def on_precursor(self, source):
        self.note("precursor", source)

    def note(self, kind, source):
        with open("../events", "a") as events:
            events.write("%s %s: %s\n" % (self.name, kind, source._breadcrumbs))


class Always(Component):

    namevar = "name"

    def verify(self):
        assert False


class Service(Component):

    def configure(self):
        self += Handler("early")
        self += Always("first")
        self += Handler("late")
        self += File("file", content="text\n")

    def verify(self):
        self.assert_no_subcomponent_changes()

    def update(self):
        with open("../events", "a") as events:
            events.write("service\n")
