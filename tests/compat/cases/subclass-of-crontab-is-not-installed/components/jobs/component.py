from batou.component import Component
from batou.lib.cron import CronJob


class Jobs(Component):

    def configure(self):
        self += CronJob("/bin/second", timing="*/5 * * * *", args="--all {{x}}", logger="second")
        self += CronJob("/bin/first", timing="@daily")
        self += CronJob("/bin/first", timing="0 1 * * *", args="-v")
