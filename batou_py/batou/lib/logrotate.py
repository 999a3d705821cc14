"""Log files that `logrotate` renames, compresses and removes, collected into one configuration a host."""

import os

from batou.component import Component, HookComponent, platform
from batou.lib.file import File


class RotatedLogfile(HookComponent):
    """Log files, also given by a pattern, with directives of logrotate separated by commas. It needs a `Logrotate` on the same host."""

    namevar = "path"
    key = "batou.lib.logrotate:RotatedLogfile"

    args = ""
    prerotate = None
    postrotate = None

    def configure(self):
        super().configure()
        self.path = self.map(os.path.join(self.workdir, self.path))
        self.args = [directive.strip() for directive in self.args.split(",")]


class Logrotate(Component):
    """The configuration file `logrotate.conf` with the log files of all components of the host."""

    #: What stands before the log files.
    common_config = b""
    logrotate_template = b"""\
{% for logfile in component.logfiles %}

{{logfile.path}}  {
{% for directive in logfile.args %}{{directive}}
{% endfor %}{% if logfile.prerotate %}prerotate
{{logfile.prerotate}}
endscript
{% endif %}{% if logfile.postrotate %}postrotate
{{logfile.postrotate}}
endscript
{% endif %}}

{% endfor %}
"""

    def configure(self):
        self.logfiles = sorted(self.require(RotatedLogfile.key, host=self.host), key=lambda logfile: logfile.path)
        self.logrotate_conf = File("logrotate.conf", content=self.common_config + self.logrotate_template)
        self += self.logrotate_conf


@platform("gocept.net", Logrotate)
class GoceptNetRotatedLogrotate(Component):
    """Makes the configuration known to the host."""

    def configure(self):
        user = self.environment.service_user
        if not user:
            import batou

            raise batou.ConfigurationError("logrotate of gocept.net is configured per user: set service_user in the environment", self)
        self += File(f"/var/spool/logrotate/{user}", ensure="symlink", link_to=self.parent.logrotate_conf.path)
