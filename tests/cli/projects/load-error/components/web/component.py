from batou.component import Component

PORTS = {"http": 80}


class Web(Component):

    port = PORTS["https"]
