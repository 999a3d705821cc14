import os

from batou.component import Attribute, Component
from batou.lib.appenv import AppEnv
from batou.lib.cron import CronJob
from batou.lib.file import Directory, File
from batou.lib.logrotate import RotatedLogfile


class Greeting(Component):
    """What the application says to somebody, written down anew whenever application or configuration change."""

    namevar = "person"

    def configure(self):
        self.path = f"greetings/{self.person}"

    def verify(self):
        self.parent.assert_no_changes()
        self.assert_file_is_current(self.path, ["greeter.ini"])

    def update(self):
        self.cmd(f"bin/greet {self.person} > {self.path}")


class Application(Component):

    people = Attribute("list", ())
    keep = Attribute(int, 7)

    def configure(self):
        # The packages are those of the project, whatever index the machine knows.
        os.environ["PIP_NO_INDEX"] = "1"
        os.environ["PIP_FIND_LINKS"] = os.path.join(self.environment.base_dir, "wheels")
        self += AppEnv("3")
        self += File("greeter.ini")
        self += Directory("greetings")
        self += Directory("log")
        for person in self.people:
            self += Greeting(person)
        self += CronJob(f"{self.workdir}/bin/greet world", timing="0 4 * * *", logger="greeter")
        self += RotatedLogfile("log/*.log", args=f"rotate {self.keep}, daily, compress")
