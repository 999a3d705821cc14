"""What batou does on Debian. Importing this module makes services start after a reboot on hosts of the platform `debian`."""

import os

import batou.lib.logrotate
import batou.lib.service
import batou.lib.supervisor
from batou.component import Attribute, Component, platform
from batou.lib.cron import CronJob


@platform("debian", batou.lib.service.Service)
class RebootCronjob(Component):
    """Starts the service when the host has started."""

    def configure(self):
        command = os.path.join(self.root.workdir, self.parent.executable)
        self += CronJob(command, timing="@reboot", logger=self.root.name)


class Logrotate(batou.lib.logrotate.Logrotate):
    """Log files are rotated daily by a job of the user, and kept for two weeks."""

    common_config = b"""\
daily
rotate 14
create
dateext
compress
notifempty
nomail
noolddir
missingok
sharedscripts
"""


@platform("debian", Logrotate)
class LogrotateCronjob(Component):
    """Runs logrotate each night."""

    def configure(self):
        directory = self.parent.workdir
        command = f"/usr/sbin/logrotate -s {directory}/state {directory}/logrotate.conf"
        self += CronJob(command, timing="45 2 * * *")


class Supervisor(batou.lib.supervisor.Supervisor):
    """A supervisor whose process id stands in its own directory."""

    pidfile = Attribute(str, "var/supervisord.pid", map=True)
