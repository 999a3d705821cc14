from batou.component import Component
from batou.lib.file import File


class Named(Component):

    namevar = "name"
    size = 1

    def method(self):
        pass


class Anonymous(Component):

    size = 2


class Naming(Component):

    def attempt(self, factory, *args, **kw):
        try:
            factory(*args, **kw)
        except Exception as error:
            return "%s: %s" % (type(error).__name__, error)
        return "accepted"

    def configure(self):
        lines = [
            self.attempt(Named),
            self.attempt(Named, ""),
            self.attempt(Named, 0, size=2),
            self.attempt(Named, "a", colour="red"),
            self.attempt(Named, "a", method="text"),
            self.attempt(Named, "a", host="text"),
            self.attempt(Anonymous),
            self.attempt(Anonymous, ""),
            self.attempt(Anonymous, "name"),
            self.attempt(Anonymous, size=None),
        ]
        self += File("attempts", content="\n".join(lines) + "\n", is_template=False)
