from batou.component import Component
from batou.lib.fiel import File


class Web(Component):

    pass
