from batou.component import Component
from batou.lib.file import File
import ConfigParser


class Shop(Component):

    ports = {'front': 8080, 'admin': 8081L}

    def configure(self):
        try:
            defaults = ConfigParser.ConfigParser()
        except ConfigParser.Error, error:
            raise ValueError, 'no defaults: %s' % error
        # print 'in a comment' is nobody's business
        for name, port in self.ports.iteritems():
            print 'shop %s' % name, port
            self += File(name, content='0755 <> `print`', mode=0640)
