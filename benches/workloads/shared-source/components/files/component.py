from batou.component import Attribute, Component
from batou.lib.file import File


class Files(Component):

    count = Attribute(int, 1)
    port = Attribute(int, 8000)
    debug = Attribute("literal", False)
    options = Attribute("literal", {"timeout": 30, "retries": 3, "log": "info"})

    def configure(self):
        for number in range(self.count):
            self += File(
                "server-%05d.conf" % number,
                source="server.conf",
                template_args={"number": number, "tags": ["a", "b"]},
            )
