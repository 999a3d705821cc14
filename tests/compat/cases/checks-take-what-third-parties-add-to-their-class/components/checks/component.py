import batou.lib.nagios
from batou.component import Component
from batou.lib.file import File
from batou.lib.nagios import ServiceCheck

batou.lib.nagios.Service.name = None
batou.lib.nagios.Service.interval = 60


class Checks(Component):

    def configure(self):
        check = ServiceCheck("Mail", command="check_smtp", name="mail", interval=5)
        self += check
        self += File("check", content="%s %s %s\n" % (check.name, check.interval, check.check_command))
