from batou.component import Component


class Plain(Component):

    settings = {"a": 1}

    def configure(self):
        for name in sorted(self.settings.keys()):
            print(name)
