from batou.component import Component

import our_lib


class Demo(Component):

    def configure(self):
        assert our_lib.name == "lib"
