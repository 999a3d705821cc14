from batou.component import Component
from batou.lib import cron, logrotate


class Housekeeping(Component):
    """Jobs and rotated logs of all components of the host."""

    def configure(self):
        self += cron.CronTab()
        self += logrotate.Logrotate()
