from batou.component import Component
from batou.lib.file import File


class Failing(Component):

    def configure(self):
        raise ValueError("not this one")


class Service(Component):

    def configure(self):
        failing = Failing()
        try:
            self += failing
        except ValueError as error:
            text = str(error)
        text += " %s %s %s" % (failing in self.sub_components, failing._prepared, self._)
        self.sub_components.remove(failing)
        self += File("facts", content=text + "\n")
