from batou.component import Attribute, Component
from batou.lib.file import File


class Settings(Component):

    dbName = Attribute(str, "no")
    dbname = Attribute(str, "no")

    def configure(self):
        self += File("values", content="{{component.dbName}} {{component.dbname}}\n")
