import hashlib

from batou.component import Component
from batou.lib.file import File


class Fixed(Component):

    checksum = None


class Service(Component):

    def configure(self):
        facts = [self.checksum(), self.checksum(b"a"), self.checksum(), self.checksum(b"b"), self.checksum(b"")]
        facts.append(hashlib.sha256(b"ab").hexdigest())
        fixed = Fixed(checksum="sha256:given")
        self += fixed
        facts.append(fixed.checksum)
        other = Other()
        self += other
        facts.append(other.checksum(b"x"))
        self += File("facts", content="\n".join(facts) + "\n")


class Other(Component):

    def configure(self):
        self._checksum = hashlib.md5()
