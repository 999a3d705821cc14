from batou.component import Component
from batou.lib.buildout import Buildout
from batou.lib.file import Directory, File
from batou.lib.python import Package, VirtualEnv, VirtualEnvPyBase


class Demo(Component):
    def configure(self):
        python = self.defdir + "/python"
        self += File(python, mode=0o755, is_template=False, source=self.defdir + "/fake-python")
        self += Buildout(python="3", executable=python, version="3.0.1", setuptools="68.0.0", wheel="0.40.0", pip="23.0",
                         additional_config=[File("base.cfg", content="[base]\n")])
