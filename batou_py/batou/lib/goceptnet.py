"""What batou does on hosts of the Flying Circus. Importing this module gives services an init script on the platform `gocept.net`."""

import os

import batou.lib.service
from batou import ConfigurationError
from batou.component import Component, platform
from batou.lib.file import File

_INIT = """\
#!/bin/bash
# Starts and stops {{component.parent.executable}}.
DAEMON="{{component.daemon}}"
PIDFILE="{{component.pidfile}}"
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

begin() {
    start-stop-daemon --start --pidfile "$PIDFILE" --startas "$DAEMON"
}

case "$1" in
start)
    begin
    ;;
stop | status)
    start-stop-daemon "--$1" --pidfile "$PIDFILE"
    ;;
restart)
    start-stop-daemon --stop --retry 30 --pidfile "$PIDFILE"
    begin
    ;;
*)
    echo "usage: $0 start|stop|status|restart (not '$1')" >&2
    exit 2
    ;;
esac
"""


@platform("gocept.net", batou.lib.service.Service)
class UserInit(Component):
    """The script by which the host starts and stops the service."""

    def configure(self):
        service = self.parent
        user = self.environment.service_user
        if not user:
            raise ConfigurationError("init scripts of gocept.net belong to a user: set service_user in the environment", self)
        if not service.pidfile:
            raise ConfigurationError(f"Service({service.executable!r}) needs a pidfile on gocept.net", self)
        self.executable = service.executable
        self.pidfile = os.path.join(self.root.workdir, service.pidfile)
        self.daemon = os.path.join(self.root.workdir, self.executable)
        name = os.path.basename(self.executable)
        self += File(f"/var/spool/init.d/{user}/{name}", content=_INIT, mode=0o755, leading=True)
