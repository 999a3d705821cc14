from batou.component import Component
from batou.lib.file import File
from batou.lib.supervisor import Program

NAMES = (
    "enable deployment_mode max_startup_delay wait_for_running pidfile socketpath loglevel logrotate nagios"
    " setuptools_version wheel_version buildout_version"
).split()


class Web(Component):
    def configure(self):
        supervisor = self.require_one("supervisor", host=self.host)
        self += Program("web", command="bin/web", options={"startsecs": 1})
        settings = "".join(f"{name} = {getattr(supervisor, name)!r}\n" for name in NAMES)
        self += File("settings", content=settings, is_template=False)
