from batou.component import Component
from batou.lib.file import File


class Other(Component):

    label = "other"


class Text(Component):

    label = "text"

    def configure(self):
        self += Other()
        results = [
            self.expand("{{component.label}} on {{host.name}}"),
            self.expand("{{component.label}}", component=self._),
            self.expand("{{word}} {{component.label}}", word="extra"),
            self.expand("{{component}}", component=None) != "",
            self.expand("no expression\n"),
            self.template("source.txt"),
            sorted(self._template_args()),
        ]
        self += File("results", content=repr(results) + "\n", is_template=False)
