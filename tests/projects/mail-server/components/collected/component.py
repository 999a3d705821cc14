import batou.lib.cron
import batou.lib.logrotate


class Jobs(batou.lib.cron.CronTab):

    def configure(self):
        self.require("relay")
        super().configure()
        self.provide("jobs", self.host.name)


class Logs(batou.lib.logrotate.Logrotate):

    def configure(self):
        self.require("jobs")
        super().configure()
