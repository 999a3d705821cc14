import os

os.environ["PATH"] = "@SANDBOX@/project/components/tools/bin:" + os.environ["PATH"]

from batou.component import Component
from batou.lib.package import DPKG


class Tools(Component):

    def configure(self):
        self += DPKG("present")
        self += DPKG("wanted")
        self += DPKG("removed")
