from batou.component import Component


class Service(Component):

    def _template_args(self, component=None, **kw):
        args = super()._template_args(component=component, **kw)
        args["colour"] = "red"
        return args

    def configure(self):
        self.text = self.expand("{{colour}} {{host.name}} {{size}} {{component.namevar}}\n", size=5)
        self.names = sorted(self._template_args(more=1))
        with open("template") as template:
            assert template.read()
        self.from_file = self.template("template")

    def verify(self):
        assert False

    def update(self):
        with open("facts", "w") as facts:
            facts.write(self.text + " ".join(self.names) + "\n" + self.from_file)
            facts.write(self.cmd("printf {{colour}}")[0])
