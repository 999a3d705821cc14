from batou.component import Component
from batou.lib.file import File
from batou_ext.acl import ACL
from batou_ext.ssl import Certificate


class Demo(Component):
    def configure(self):
        self.cert = Certificate(
            "example.com",
            key_content="key\n",
            crt_content="certificate\n",
            trusted_crt_content="trusted\n",
            use_letsencrypt=False,
            enable_check=False,
            granted_user="nobody",
        )
        self += self.cert
        self += File("server.conf", content="{{component.cert.key}} {{component.cert.fullchain}} {{component.cert.trusted}}\n")
        self += File("shared", content="shared\n")
        self += ACL("shared", ruleset=["user::rw-", "user:games:rw-", "group::r--", "mask::rw-", "other::---"])
