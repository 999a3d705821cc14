import os

import batou
from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        address = batou.utils.Address("localhost:80")
        self.text = "%s %s\n" % (address.connect, os.path.basename(self.workdir))
        self += batou.lib.file.File("text", content=self.text)
        assert isinstance(self._, File)
        assert isinstance(self.environment, batou.environment.Environment)
        assert isinstance(self.host, batou.host.Host)
        assert isinstance(self.root, batou.component.RootComponent)
        assert isinstance(self.environment.resources, batou.resources.Resources)
        assert batou.template.Jinja2Engine
        assert batou.vfs.Developer
