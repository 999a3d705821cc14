import os

from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        with open("list.txt") as source:
            names = source.read().split()
        names.extend(sorted(entry for entry in os.listdir(".") if entry.endswith(".conf")))
        for name in names:
            self += File("out-" + name, content="{{args.name}} in {{args.directory}}\n",
                         template_args={"name": name, "directory": os.path.basename(self.defdir)})
        self += File("names", content="%s\n%s\n" % (os.path.basename(os.getcwd()), __name__))
