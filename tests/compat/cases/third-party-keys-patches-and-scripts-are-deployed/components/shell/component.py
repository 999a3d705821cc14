from batou.component import Component
from batou_ext.ssh import SSHKeyPair


class Shell(Component):
    def configure(self):
        self += SSHKeyPair(
            id_rsa="rsa private", id_rsa_pub="rsa public\n", purge_unmanaged_keys=True, provide_itself=False
        )
