from batou.component import Component
from batou.lib.file import File
from batou_ext.git import GitCheckout, StopDeployOnLocalGitChange

UP = "@SANDBOX@/outside/.repositories"


class Demo(Component):
    def configure(self):
        self += File("/etc/local/nixos", ensure="directory", leading=True)
        revision = open(UP + "/revision").read().strip()
        self.checkout = GitCheckout(
            git_clone_url="file://" + UP + "/up",
            git_revision=revision,
            git_target=self.map("checkout"),
            scan_host=False,
            exclude=("left-out",),
        )
        self += StopDeployOnLocalGitChange(self.map("checkout"))
        self += self.checkout
        self += File(self.checkout.prepared_path + "/own.conf", content="nice=true\n")
        self += self.checkout.symlink_and_cleanup()
