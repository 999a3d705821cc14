from batou.component import Attribute, Component
from batou.lib.file import File
from batou.utils import Address
from batou_ext.cron import SystemdTimer
from batou_ext.http import HTTPServiceWatchdog, HTTPWatchdogScript
from batou_ext.journalbeat import JournalBeatTransport
from batou_ext.mail import Mailpit, PostfixRelay
from batou_ext.nix import NixFile, Rebuild
from batou_ext.nixos import NixOSModule
from batou_ext.oci import Container
from batou_ext.php import Ini
from batou_ext.systemd import ScalableService

# There is no NixOS to build.
Rebuild.verify = lambda self: None


class Settings(Component):
    """What a module of NixOS sees of a component."""

    number = Attribute(int, 7)
    ratio = 0.5
    flag = True
    nothing = None
    words = ("one", "two ${three}", 'with "quotes"')
    table = {"a": 1, "b c": [True, None], "nested": {"deep": "text"}}

    def configure(self):
        self.address = Address("localhost", 8080)
        self.address.listen.note = "kept"
        self += NixOSModule("settings")


class Demo(Component):
    numbers = [1, 2, 3]

    def configure(self):
        self.cache = self.require_one("memcached", host=self.host)
        for path in ("nixos", "postfix", "sensu-client", "nginx"):
            self += File("/etc/local/" + path, ensure="directory", leading=True)
        self += File("nixos", ensure="directory")
        self += SystemdTimer("nightly", command="/bin/true", onCalendar="02:00:00")
        self += HTTPWatchdogScript()
        self += HTTPServiceWatchdog(
            "application", script="/bin/true", healthcheck_url="http://localhost/", watchdog_script_path=self._.path
        )
        self += PostfixRelay(smtp_relay_host="relay.example.com", smtp_auth=False, my_networks=["10.0.0.0/8", "::1"])
        self += Mailpit(public_name="mail.example.com")
        self += JournalBeatTransport(transport_name="logs", graylog_host="graylog.example.com")
        self += NixFile("/etc/local/nixos/own.nix", content='{ value = "{{component.numbers}}"; }\n')
        self += ScalableService("worker", running_instances=2)
        self += Container(
            image="example/app",
            container_name="app",
            version="1.2",
            env={"B": "2", "A": "one"},
            ports={8080: 80},
            mounts={"/srv/data": "/data"},
            docker_cmd="serve --name 'two words'",
            rebuild=False,
        )
        self += Ini(settings="memory_limit = 64M\n")
        self += Settings()
