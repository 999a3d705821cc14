from batou.component import Component
from batou.lib.file import File
from batou.lib.git import Clone
from batou_ext.git import Commit, Push, Remote

UP = "@SANDBOX@/outside/.repositories"


class Writer(Component):
    text = "first"

    def configure(self):
        self += Clone("file://" + UP + "/bare", branch="main", target="clone", clobber=False, vcs_update=False)
        self += Remote(self.map("clone"), name="upstream", url="file://" + UP + "/up")
        self += File("clone/file", content="{{component.text}}\n")
        self += Commit("file", workingdir=self.map("clone"), message="A message")
        self += Push(workingdir=self.map("clone"))
