"""The backend: knows where it listens and tells the frontend."""

from batou.component import Attribute, Component, ConfigString
from batou.lib.file import Directory, File
from batou.utils import Address


class Backend(Component):

    # A `ConfigString` is a default that is expanded and converted like an override.
    address = Attribute(Address, ConfigString("{{host.fqdn}}:8080"))
    workers = Attribute(int, 4)
    # `dev` has a token among its secrets, see `secretsedit dev`. Without one there is no interface for administration.
    admin_token = Attribute(str, "")

    # `backend:metrics` in the component list of a host selects this feature only.
    features = ("metrics", "reports")

    def configure(self):
        # Every backend in the environment provides itself; the frontend requires them all.
        self.provide("backend", self)
        self.settings = self.require_one("settings")
        # A quarter of the host's memory, in MiB, shared by the workers.
        self.cache = int(self.host.data["memory"]) // 4 // self.workers

        self += Directory("data")
        self += File("backend.ini", mode=0o640)
        for feature in self.features:
            self += Feature(feature)

        if self.admin_token:
            # `sensitive_data`: readable for nobody else, and no diff is shown.
            self += File(
                "admin.ini",
                content="[admin]\ntoken = {{component.admin_token}}\n",
                sensitive_data=True,
            )
        # What stands in `environments/dev/secret-signing.key.age`, decrypted.
        signing_key = self.environment.secret_files.get("signing.key")
        if signing_key:
            self += File("signing.key", content=signing_key, is_template=False, sensitive_data=True)


class Feature(Component):
    """A component may consist of others, and they may take arguments."""

    namevar = "name"

    def configure(self):
        self += File(
            self.name + ".ini",
            content="[{{component.name}}]\nenabled = yes\nport = {{component.parent.address.connect.port}}\n",
            # Templates see the component that adds the file anyway; here it is said for the reader.
            template_context=self,
        )
