from batou.component import Component
from batou.lib.appenv import AppEnv


class Demo(Component):
    def configure(self):
        self += AppEnv("3")
