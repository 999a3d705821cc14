from batou.component import Component
from batou.lib.file import File

try:
    import yaml
except ImportError:
    # The program that only controls the deployment may not see it.
    yaml = None


class Service(Component):

    def configure(self):
        import yaml

        self += File("text", content=yaml.NAME + "\n")
