from batou.component import Component
from batou.lib.file import File


class Record(Component):

    namevar = "name"
    size = 1
    label = None

    def configure(self):
        self += File(
            "record-" + self.name,
            content="{{component.name}} {{component.size}} {{component.label}}\n",
            template_context=self,
        )


class Naming(Component):

    def configure(self):
        self += Record("plain")
        self += Record("sized", size=3, label="three")
        self += Record(namevar="keyword", label="")
