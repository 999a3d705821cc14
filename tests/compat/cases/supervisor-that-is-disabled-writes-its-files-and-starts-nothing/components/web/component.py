from batou.component import Component
from batou.lib.file import File
from batou.lib.supervisor import Eventlistener, Program


class Web(Component):
    def configure(self):

        self += Program("plain", command="bin/plain")
        self += Program("full", command="bin/full start", args="-v --name {{component.name}}", priority=3, directory="/srv", deployment="cold")
        self += Program("system", command="/usr/bin/env java", options={"startsecs": 20, "user": "web", "environment": 'A="b c"'})
        self += Program("searched", command="java -version", command_absolute=False, enable=False)
        self += Eventlistener("memmon", command="bin/memmon", args="-a 200MB")
        self += Eventlistener("many", command="bin/many", args="-x", events=("TICK_5", "PROCESS_STATE"))
        self += Eventlistener("text", command="bin/text", args="", events="TICK_3600")
