from batou.component import Attribute, Component, ConfigString
from batou.lib.cron import CronJob
from batou.lib.file import Directory, File, JSONContent, Presence, Symlink, YAMLContent
from batou.lib.logrotate import RotatedLogfile
from batou.utils import Address


class Shop(Component):
    """The application; it may run several times, on ports that follow each other."""

    address = Attribute(Address, ConfigString("{{host.fqdn}}:8080"))
    instances = Attribute(int, 1)
    languages = Attribute("list", ConfigString("en, de"))
    debug = Attribute("literal", False)
    theme = "plain"

    def configure(self):
        self.cache = self.require_one("cache")
        self.database = self.require("database")
        self.public = self.require("public-name")
        host, port = self.address.connect.host, int(self.address.connect.port)
        self.addresses = [Address(host, port + number) for number in range(self.instances)]
        for address in self.addresses:
            self.provide("application", address)

        self += Directory("log")
        self += Directory("static", source="static", exclude=("*.orig",))
        self += Symlink("theme", source="static/themes/" + self.theme)
        self += Presence("settings.json")
        self += JSONContent("settings.json", data={
            "cache": str(self.cache.connect),
            "database": [str(database.address.connect) for database in self.database],
            "debug": self.debug,
            "languages": self.languages,
            "urls": [f"https://{name}/" for name in self.public],
        })
        self += Presence("logging.yaml")
        self += YAMLContent("logging.yaml", data={
            "version": 1,
            "root": {"level": "DEBUG" if self.debug else "WARNING", "handlers": ["file"]},
            "handlers": {"file": {"class": "logging.FileHandler", "filename": self.map("log/shop.log")}},
        })
        for address in self.addresses:
            self += Instance(str(address.connect.port), address=address)
        self += RotatedLogfile("log/*.log", args="daily, rotate 7, compress, missingok")
        self += CronJob(self.workdir + "/instance-8080", args="expire-carts", timing="17 3 * * *")


class Maintenance(Component):
    """The page that is shown while the applications change, so it is there before them."""

    def configure(self):
        self.require("cache")
        self.behind = sorted(str(address.connect) for address in self.require("application", reverse=True))
        self += File("maintenance.html", content="<p>Back soon: {{component.behind|join(', ')}}</p>\n")


class Instance(Component):

    namevar = "port"
    address = None

    def configure(self):
        self += File("instance-" + self.port, source="instance", mode="rwxr-x---")
