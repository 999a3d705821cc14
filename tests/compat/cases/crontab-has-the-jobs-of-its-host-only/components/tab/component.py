from batou.lib.cron import CronTab


class Tab(CronTab):

    def configure(self):
        self.workdir = self.workdir + "-" + self.host.name
        super().configure()


del CronTab
