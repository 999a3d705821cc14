from batou.lib.git import Clone
from batou.component import Component


class Checkout(Component):
    def configure(self):
        self.clone = Clone("@SANDBOX@/outside/.repositories/up", target="code", branch="main", vcs_update=False)
        self += self.clone

    def verify(self):
        clone = self.clone
        with self.chdir(clone.target):
            lines = [
                clone.current_revision(),
                clone.current_branch(),
                clone.current_tag(),
                bool(clone.has_changes()),
                bool(clone.has_incoming_changesets()),
                bool(clone.has_outgoing_changesets()),
                clone.remote_url(),
                clone.untracked_files(),
                clone.last_updated(),
            ]
        with open("facts", "a") as facts:
            facts.write(f"{lines}\n")
