from batou.component import Component
from batou.lib.file import File


class Application(Component):

    features = ["web", "worker"]

    def configure(self):
        for feature in self.features:
            self += File(feature, content="{{component.features|join(', ')}}\n", template_context=self)
