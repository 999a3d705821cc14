from batou.component import Component
from batou.lib.supervisor import Program


class Web(Component):
    def configure(self):
        for number in range(@FILES@):
            self += Program(f"program{number}", command="/bin/sleep 1000000", options={"startsecs": 0})
