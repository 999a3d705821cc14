from batou.component import Component
from batou.lib.supervisor import Program


class Worker(Program):
    program_section = """[program:{{component.name}}]
command = {{component.command}} {{component.args}}
logs = {{component.supervisor.logdir.path}}
{% raw %}{{component.path}}{% endraw %} is rendered later
"""


class Web(Component):
    path = "unused"

    def configure(self):
        self += Program("plain", command="bin/plain")
        self.worker = Worker("worker", command="bin/worker")
        self.worker.path = "this"
        self += self.worker
