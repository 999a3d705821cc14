from batou.component import Component
from batou.lib.file import Directory, File


class Service(Component):

    def configure(self):
        self += Directory("/etc/service", leading=True)
        self += File("/etc/service/service.conf", content="{{component.path}}\n")
        self += File("/var/log/service.log", content="log\n", leading=True)
        self += File("relative", content="relative\n")

    @property
    def path(self):
        return self.map("/etc/x").replace(self.environment.base_dir, "")
