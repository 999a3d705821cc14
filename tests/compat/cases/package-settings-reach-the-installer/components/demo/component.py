from batou.component import Component
from batou.lib.buildout import Buildout
from batou.lib.file import Directory, File
from batou.lib.python import Package, VirtualEnv, VirtualEnvPyBase


class Demo(Component):
    def configure(self):
        python = self.defdir + "/python"
        self += File(python, mode=0o755, is_template=False, source=self.defdir + "/fake-python")
        self.venv = VirtualEnv("3", executable=python)
        self += self.venv
        self.venv.venv.install_options = ("--no-index",)
        self.venv += Package("alpha", version="1.0", check_package_is_module=False, timeout=7, dependencies=False, install_options=("--pre", "--quiet"))
        self.venv += Package("beta", version="1.0", check_package_is_module=False, env={"MARK": "here"})
        self.venv.venv.installer = "easy_install"
        self.lines = [self.venv.python, self.venv.executable]
