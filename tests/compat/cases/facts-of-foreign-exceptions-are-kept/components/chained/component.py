from batou.component import Attribute, Component


class Chained(Component):
    def configure(self):
        try:
            {}["x"]
        except KeyError as error:
            raise RuntimeError("two\nlines") from error
