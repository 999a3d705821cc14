from batou.component import Component
from batou.lib.logrotate import RotatedLogfile


class Logs(Component):

    def configure(self):
        self += RotatedLogfile("log/*.log", args="daily, rotate 4 ,", prerotate="echo {{x}}")
        self += RotatedLogfile("access.log")
        self += RotatedLogfile("error.log", args="weekly", postrotate="kill -USR1 1\ntrue\n")
