from batou.component import Component
from batou.lib.file import File


class Collector(Component):

    def configure(self):
        jobs = self.require("example:Job")
        self += File("jobs", content="\n".join("%s %s" % (job.name, job.root.name) for job in jobs) + "\n")
