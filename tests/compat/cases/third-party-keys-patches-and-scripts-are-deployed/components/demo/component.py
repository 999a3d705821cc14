import passlib.handlers.sha2_crypt
from batou.component import Component
from batou.lib.file import File
from batou_ext.config import MultiRegexPatch, RegexPatch
from batou_ext.file import SymlinkAndCleanup
from batou_ext.htpasswd import HTPasswd
from batou_ext.http import HTTPBasicAuth
from batou_ext.keypair import KeyPair
from batou_ext.nfs import NFS
from batou_ext.run import Run
from batou_ext.ssh import SSHKeyPair

# Salts are random otherwise.
passlib.handlers.sha2_crypt.sha512_crypt = passlib.handlers.sha2_crypt.sha512_crypt.using(salt="grain", rounds=1000)


class Demo(Component):
    number = 27

    def configure(self):
        self.nfs = self.require_one("nfs")
        self += File("mounts", content="{{component.nfs.basepath}} {{component.nfs.serverpath}}\n")
        self += File("original", content="foo=1abc\nname = none\n")
        self += RegexPatch("patched", source="original", pattern=r"^foo=\d+(\w+)", replacement=r"foo=27\1")
        self += MultiRegexPatch(
            "settings",
            patterns=[(r"^name = .*$", "name = {{component.number}}"), (r"^# (end|the end)$", "# the end")],
        )
        self += KeyPair("mail", crt="certificate\n", key="key\n")
        self += HTPasswd("passwords", users="ada:secret\n  linus:umlaut ä")
        self += HTTPBasicAuth(env_name="area", username="joe", password="pw", basic_auth_string="joe:$6$grain$x")
