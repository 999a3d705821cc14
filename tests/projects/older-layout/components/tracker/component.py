from batou import Component
from batou.component import Attribute, logger
from batou.lib.file import Directory, File
from batou.utils import Address


class Worker(Component):

    namevar = "number"
    address = Attribute(Address, "{{host.fqdn}}:8000")
    threads = Attribute(int, default_conf_string="2")

    def prepare(self, root, parent, overrides):
        super().prepare(root, parent, overrides)
        logger.debug("worker %s is prepared", self.number)

    def configure(self):
        self.provide("workers", self)
        self += File("worker{}.ini".format(self.number), source="worker.ini")


class Migrated(Component):
    """The tables are made once for each change of the configuration."""

    def verify(self):
        self.assert_file_is_current("migrated", ["tracker.ini"])

    def update(self):
        self.cmd("cp tracker.ini migrated")


class Tracker(Component):

    workers = Attribute(int, "2")
    plugins = Attribute("list", "")

    def configure(self):
        self.database = self.require_one("database")
        self += Directory("attachments")
        self.configuration = File("tracker.ini")
        self += self.configuration
        for number in range(self.workers):
            self += Worker(str(number + 1), address="{{host.fqdn}}:%d" % (8001 + number), threads="{{ 2 * 2 }}")
        self += Migrated()
