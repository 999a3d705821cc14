from batou.component import Component
from batou.lib.file import File


class Collector(Component):
    def configure(self):
        self.checks = self.require("batou.lib.nagios:Service")
        self.logs = self.require("batou.lib.logrotate:RotatedLogfile")
        self += File("checks")
