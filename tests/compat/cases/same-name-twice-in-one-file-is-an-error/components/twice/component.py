from batou.component import Component


class Service(Component):
    pass


class SERVICE(Component):
    pass
