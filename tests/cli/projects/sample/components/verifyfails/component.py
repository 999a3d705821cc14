from batou.component import Component


class Verifyfails(Component):

    def verify(self):
        raise ValueError("the database does not answer")
