from batou.component import Component
from batou.lib.cron import CronJob


class Own(Component):

    def configure(self):
        self += CronJob("/bin/own", timing="@monthly")
