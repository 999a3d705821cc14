from batou.component import Component


class Hello(Component):

    pass
