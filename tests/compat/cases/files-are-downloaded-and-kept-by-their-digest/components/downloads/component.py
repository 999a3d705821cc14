from batou.component import Component
from batou.lib.download import Download


class Downloads(Component):
    def configure(self):
        source = f"file://{self.defdir}/source%20file"
        for function, digest in [
            ("md5", "9a0364b9e99bb480dd25e1f0284c8555"),
            ("sha1", "040f06fd774092478d450774f5ba30c5da78acc8"),
            ("sha256", "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"),
        ]:
            self += Download(source, target=function, checksum=f"{function}:{digest}")
        self += Download(source, checksum="md5:9a0364b9e99bb480dd25e1f0284c8555")
