import batou.lib.cron
import batou.lib.logrotate


class Crontab(batou.lib.cron.CronTab):

    def configure(self):
        # After what it starts.
        self.require("entrance")
        super().configure()
        self.provide("crontab", self.workdir)


class Logs(batou.lib.logrotate.Logrotate):

    def configure(self):
        self.require("crontab", host=self.host)
        super().configure()
