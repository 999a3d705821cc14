import batou_ext.nix  # gives checks a name
from batou.component import Component
from batou_ext.cron import CronJob


class Demo(Component):
    def configure(self):
        self += CronJob(
            "cleanup",
            command="bin/cleanup {all} '%d'",
            timing="*/4 * * * *",
            timeout="3m",
            checkWarning=6,
            checkCritical=10,
        )
        self += CronJob("plain", command="true", timing="@daily")
