from batou.component import Component


def note(*words):
    with open("../notes", "a") as notes:
        notes.write(" ".join(map(str, words)) + "\n")


class Part(Component):

    namevar = "name"

    def verify(self):
        note(self.name, "verify of the class")

    def update(self):
        note(self.name, "update of the class")


class Bare(Component):
    pass


configure_of_component = Component.configure


def configure_everything(self):
    self.touched = True


Component.configure = configure_everything


def deploy(self, predict_only=False):
    note(self.name, "deploy", predict_only)
    self.changed = True


def prepare(self, parent):
    Component.prepare(self, parent)
    self.name += "-prepared"


class Service(Component):

    def configure(self):
        bare = Bare()
        self += bare
        note("touched", hasattr(bare, "touched"))
        Component.configure = configure_of_component
        other = Bare()
        self += other
        note("touched", hasattr(other, "touched"))
        self += Part("plain")
        one = Part("instance")
        one.verify = lambda: note("verify of the instance")
        self += one
        two = Part("changing")
        two.verify = two.assert_cmd
        two.cmd = lambda *args, **kw: note("cmd of the instance", args, kw)
        two.verify = lambda: two.assert_cmd("false")
        self += two
        three = Part("updating")
        three.verify = failing
        three.update = lambda: note("update of the instance")
        self += three
        Part.prepare = prepare
        four = Part("four")
        self += four
        del Part.prepare
        five = Part("five")
        five.deploy = lambda predict_only=False: deploy(five, predict_only)
        self += five

    def verify(self):
        note([part.changed for part in self.sub_components])


def failing():
    raise AssertionError()
