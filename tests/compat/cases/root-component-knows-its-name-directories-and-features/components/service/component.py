from batou.component import Component, RootComponent
from batou.lib.file import File


class Part(Component):

    def configure(self):
        root = self.root
        base = self.environment.base_dir
        facts = [
            type(root) is RootComponent,
            root.name,
            root.component is self.parent,
            root.defdir[len(base):],
            root.workdir[len(base):],
            root.features,
            root.ignore,
            root.overrides,
            root.factory.__name__,
            root.host is self.host,
            root.environment is self.environment,
            root._breadcrumbs == self.host.name,
            repr(root).startswith('<RootComponent "service" object at '),
            hasattr(root, "parent"),
            hasattr(root, "sub_components"),
            root == root,
            self.parent.parent is root,
            self.parent.features,
            hasattr(self, "features"),
        ]
        self += File("facts", content="\n".join(map(str, facts)) + "\n")


class Service(Component):

    features = ("one", "two")
    colour = "red"

    def configure(self):
        self += Part()
