from batou.component import Component
from batou.lib.file import File


class Part(Component):

    def configure(self):
        self += File("part", content="{{component.workdir|replace(environment.base_dir, '')}}\n", template_context=self)


class Service(Component):

    def configure(self):
        self += File("before", content="before\n")
        self.workdir = self.map("elsewhere/deep")
        self += File("after", content="after\n", leading=True)
        self += Part()

    def verify(self):
        self.assert_cmd("test -e own")

    def update(self):
        self.cmd("touch own")
