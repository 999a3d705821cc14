import os

os.environ["PATH"] = "@SANDBOX@/project/components/data/bin:" + os.environ["PATH"]

from batou.component import Component
from batou.lib.mysql import USE_SUDO, Command


class Data(Component):

    def configure(self):
        self += Command("CREATE TABLE {{host.name}} (id INT)", unless="SHOW TABLES", db="shop", admin_password=USE_SUDO)
        self += Command("insert\n  into x", admin_password=USE_SUDO)
