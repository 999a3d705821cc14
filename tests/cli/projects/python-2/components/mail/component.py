from batou.component import Component


class Mail(Component):

    def configure(self):
        try:
            self.port = int(self.host.data['port'])
        except (KeyError, ValueError), error:
            self.port = 25
