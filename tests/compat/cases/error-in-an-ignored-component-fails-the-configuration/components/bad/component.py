from batou.component import Component


class Bad(Component):

    def configure(self):
        raise RuntimeError("cannot be configured")
