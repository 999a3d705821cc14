from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        self += File("/etc/service/service.conf", content="conf\n", leading=True)
        self += File(self.workdir + "/inside", content="inside\n")
        self += File("relative", content="relative\n")
