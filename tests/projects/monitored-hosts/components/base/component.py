from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File
from batou.lib.logrotate import RotatedLogfile
from batou.lib.nagios import ServiceCheck


class Base(Component):
    """What every host has: a message of the day, checks and the logs of the system."""

    disk_warning = Attribute(int, 20)
    disk_critical = Attribute(int, 10)
    keep_weeks = Attribute(int, 4)

    def configure(self):
        self.provide("monitored-host", self.host)
        directory = "motd-" + self.host.name
        self += File(directory, content="""\
{{host.name}} is a {{component.role}} of {{environment.name}}.
@@ for root in environment.root_components
@@   if root.host.name == host.name
- {{root.name}}
@@   endif
@@ endfor
""", template_context=self)
        self += ServiceCheck("Disk", nrpe=True, command="/usr/lib/nagios/plugins/check_disk",
                             args=f"-w {self.disk_warning}% -c {self.disk_critical}%", contact_groups=["admins"])
        self += ServiceCheck("SSH", command="check_ssh")
        self += RotatedLogfile("/var/log/syslog", args=f"weekly, rotate {self.keep_weeks}, compress")

    @property
    def role(self):
        return self.host.data.get("role", "server")


class Mailout(Component):
    """A queue that must not fill up."""

    queue = Attribute(int, 50)

    def configure(self):
        self.require("monitored-host", host=self.host)
        self += ServiceCheck("Queue", nrpe=True, command="/usr/lib/nagios/plugins/check_mailq", args=f"-w {self.queue}",
                             depend_on=[(self.host.name, "SSH")])
        self += RotatedLogfile("mail.log", args="daily, rotate 30", postrotate="kill -HUP $(cat /run/mailout.pid)")
