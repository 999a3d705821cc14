from batou.component import Component


class Command(Component):

    def verify(self):
        self.cmd("echo to output; echo to errors >&2; exit 3")
