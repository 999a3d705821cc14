from batou.component import Component
from batou.lib.file import File


class Other(Component):

    features = ("everything",)

    def configure(self):
        self += File("features", content="{{component.features}} {{component.root.features}}\n", template_context=self)
