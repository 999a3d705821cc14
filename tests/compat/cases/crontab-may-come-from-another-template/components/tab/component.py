import batou.lib.cron
from batou.component import Component


class Tab(Component):

    def configure(self):
        self += batou.lib.cron.CronTab(crontab_template=self.defdir + "/template")
