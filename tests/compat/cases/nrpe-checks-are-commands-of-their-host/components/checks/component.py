from batou.component import Component
from batou.lib.nagios import ServiceCheck


class Checks(Component):

    def configure(self):
        self += ServiceCheck("Web, front", command="check_http", args="-p!80", contact_groups=["admins", "web"])
        self += ServiceCheck("Mail", command="check_smtp", notes_url="http://example.com", contact_groups="mail",
                             depend_on=[("mail", "SMTP"), ("gate", "Route")])
        self += ServiceCheck("Disk space", nrpe=True, command="/bin/disk", args="-w 10", servicegroups="")
        self += ServiceCheck("Named", nrpe=True, name="other", command="/bin/other")
