from batou.component import Component
from batou.lib.cron import CronJob, CronTab
from batou.lib.file import File


class Jobs(Component):
    """Reports to the postmaster."""

    def configure(self):
        self.relay = self.require_one("mail:relay")
        self.boxes = self.require_one("mail:domains").mailboxes
        self += File("report.sh", mode=0o755)
        self += CronJob(
            self.expand("{{component.workdir}}/report.sh"),
            args="--quiet",
            timing="0 6 * * 1",
        )
