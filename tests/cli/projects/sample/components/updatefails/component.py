from batou.component import Component


class Updatefails(Component):

    def verify(self):
        from batou import UpdateNeeded

        raise UpdateNeeded()


    def update(self):
        raise RuntimeError("disk is write protected")
