from batou.component import Attribute, Component, ConfigString
from batou.lib.cron import CronJob
from batou.lib.file import Directory, File, Symlink
from batou.utils import Address


class Mailboxes(Component):
    """Where mail is kept and read."""

    listen = Attribute(Address, ConfigString("127.0.0.1:2424"))
    quota = Attribute(str, "100M")
    root_directory = "vmail"

    def configure(self):
        self.domains = self.require_one("mail:domains")
        self.filter = self.require_one("mail:milter")
        self.provide("mail:delivery", self.listen)

        self += Directory(self.root_directory)
        for box in self.domains.mailboxes:
            local, domain = box.split("@")
            self += Directory(f"{self.root_directory}/{domain}/{local}", leading=True)
        self += File("dovecot/dovecot.conf", leading=True)
        self += File("dovecot/users", mode=0o640)
        self += File("dovecot/purge.sh", content="#!/bin/sh\nexec doveadm expunge -A mailbox Trash savedbefore 30d\n", mode="rwxr-x---")
        self += Symlink("dovecot.conf", source="dovecot/dovecot.conf")
        self += CronJob(f"{self.workdir}/dovecot/purge.sh", timing="17 3 * * *", logger="purge")
