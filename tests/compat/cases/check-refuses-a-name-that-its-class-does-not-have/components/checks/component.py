from batou.component import Component
from batou.lib.nagios import ServiceCheck


class Checks(Component):

    def configure(self):
        self += ServiceCheck("Mail", command="check_smtp", name="mail")
