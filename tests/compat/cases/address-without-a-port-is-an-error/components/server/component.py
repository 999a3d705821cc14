from batou.component import Component
from batou.lib.file import File
from batou.utils import Address


class Server(Component):

    def attempt(self, *args, **kw):
        try:
            return str(Address(*args, **kw))
        except Exception as error:
            return "%s: %s" % (type(error).__name__, error)

    def configure(self):
        lines = [
            self.attempt("localhost"),
            self.attempt("localhost", 80),
            self.attempt("localhost:81", 80),
            self.attempt("localhost", 80, require_v4=False),
        ]
        self += File("attempts", content="\n".join(lines) + "\n", is_template=False)
