"""A service that really runs: it writes the time into `work/tick/time.txt`."""

from batou.component import Attribute, Component
from batou.lib.file import File
from batou.lib.service import Service


class Tick(Component):

    interval = Attribute(int, 1)

    def configure(self):
        self += File("tick.sh", mode=0o755)
        # `ensure` keeps the service as it says, without a service manager on the host: started when it does not run,
        # left alone when it does, and started anew when a file of this component changes.
        self += Service("tick.sh", pidfile="tick.pid", ensure="running")
