import batou.lib.debian
from batou.component import Component
from batou.lib.cron import CronJob
from batou.lib.service import Service


class Jobs(Component):

    def configure(self):
        self += Service("bin/run --fast")
        self += CronJob("/bin/a", timing="@daily")
