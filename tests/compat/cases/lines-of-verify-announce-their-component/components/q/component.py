import batou
from batou.component import Component


class Says(Component):

    namevar = "what"

    def verify(self):
        if self.what == "log":
            self.log("hello")
        elif self.what == "line":
            batou.output.line("a line")
        elif self.what == "annotate":
            batou.output.annotate("a note")
        elif self.what == "warn":
            batou.output.warn("a warning")
        elif self.what == "fact":
            batou.output.tabular("key", "value")
        elif self.what == "debug":
            batou.output.line("dropped", debug=True)
            batou.output.annotate("dropped", debug=True)
        elif self.what == "command":
            self.cmd("true")
        elif self.what == "buffered":
            batou.output.buffer("line", "dropped with the announcement")
        elif self.what == "cleared":
            batou.output.clear_buffer()
            batou.output.line("alone")


class Q(Component):

    def configure(self):
        for what in ("nothing", "log", "line", "annotate", "warn", "fact", "debug", "command", "buffered", "cleared", "last"):
            self += Says(what)
