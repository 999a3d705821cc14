from batou.component import Component
from batou.lib.cron import CronJob


class More(Component):

    def configure(self):
        self += CronJob("/bin/a", timing="1 2 3 4 5", logger="")
