from batou.component import Component
from batou.lib.file import File
from batou.lib.supervisor import Program


class Watched(Program):
    def ctl(self, args, **kw):
        with open(self.environment.base_dir + "/called", "a") as called:
            called.write(args + "\n")
        return super().ctl(args, **kw)


class Asked(Program):
    def is_running(self):
        return True


class Web(Component):
    def configure(self):
        self += Watched("watched", command="bin/watched", options={"startsecs": 1})
        self += Asked("asked", command="bin/asked", options={"startsecs": 1})
