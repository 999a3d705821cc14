from batou.component import Component


class Good(Component):
    pass
