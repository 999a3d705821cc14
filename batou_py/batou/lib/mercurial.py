"""Checkouts of Mercurial repositories, by the program `hg`."""

import os

import _batou_git

from batou import UpdateNeeded, output
from batou._lazy import offer
from batou.component import Component
from batou.lib._vcs import run
from batou.lib.file import Directory, ensure_path_nonexistent


class Clone(Component):
    """A checkout of a Mercurial repository, at a branch or a revision. Local changes are overwritten."""

    namevar = "url"
    target = "."
    revision = None
    branch = None
    vcs_update = True

    def configure(self):
        if not self.revision_or_branch:
            raise ValueError(f"Clone({self.namevar_for_breadcrumb!r}) needs a revision or a branch")
        if self._has_revision() and self.branch:
            raise ValueError(f"Clone({self.namevar_for_breadcrumb!r}) takes a revision or a branch, not both")
        self.target = self.map(self.target)
        self += Directory(self.target)

    @property
    def namevar_for_breadcrumb(self):
        return _batou_git.masked(str(self.url))

    def _has_revision(self):
        # The first one has the number zero.
        return self.revision is not None and self.revision != ""

    @property
    def revision_or_branch(self):
        return str(self.revision).strip() if self._has_revision() else self.branch

    def verify(self):
        if not os.path.isdir(self.target) or not self._is_cloned():
            raise UpdateNeeded()
        if not self.vcs_update:
            return
        with self.chdir(self.target):
            if self.has_outgoing_changesets():
                output.annotate(f"The clone at {self.target} has commits that are not in its remote repository.", red=True)
            if self.has_changes():
                output.annotate(f"The clone at {self.target} has local changes, which are overwritten.", red=True)
                raise UpdateNeeded()
            if not self._is_current():
                raise UpdateNeeded()

    def _is_cloned(self):
        return os.path.exists(os.path.join(self.target, ".hg"))

    def _is_current(self):
        if not self._has_revision():
            return self.current_branch() == self.branch and not self.has_incoming_changesets()
        wanted = self.revision_or_branch
        if self.current_revision() == wanted:
            return True
        current = self._node(".")
        is_hash = 6 <= len(wanted) <= 40 and all(character in "0123456789abcdef" for character in wanted)
        if is_hash and not isinstance(self.revision, int) and current.startswith(wanted):
            return True
        # What other names mean is known by the remote repository; numbers are those of this one.
        return self._node(wanted) == current and (wanted.isdigit() or not self.has_incoming_changesets())

    def _node(self, revision):
        code, node = self._hg("log", "--rev", revision, "--template", "{node}\n", acceptable=(0, 255))
        return node.strip() if code == 0 else None

    def _hg(self, *arguments, acceptable=(0,)):
        return run(self, "hg", "--noninteractive", *arguments, acceptable=acceptable)

    def current_revision(self):
        """The hash of the revision that is checked out: of 40 digits if the wanted one has these, else of 12."""
        with self.chdir(self.target):
            node = self._node(".") or ""
        return node if len(str(self.revision)) == 40 else node[:12]

    def current_branch(self):
        """The branch that is checked out."""
        with self.chdir(self.target):
            return self._hg("branch")[1].strip()

    def has_incoming_changesets(self):
        """Whether the remote repository has something new."""
        with self.chdir(self.target):
            return self._hg("incoming", "--quiet", "--limit", "1", acceptable=(0, 1))[0] == 0

    def has_outgoing_changesets(self):
        """Whether the remote repository lacks something."""
        with self.chdir(self.target):
            return self._hg("outgoing", "--quiet", "--limit", "1", acceptable=(0, 1))[0] == 0

    def has_changes(self):
        """Whether files were changed, added or removed; ignored ones do not count."""
        with self.chdir(self.target):
            return bool(self._hg("status")[1].strip())

    def untracked_files(self):
        """The files that are neither tracked nor ignored, relative to the checkout."""
        with self.chdir(self.target):
            return [name for name in self._hg("status", "--unknown", "--no-status", "--print0")[1].split("\0") if name]

    def update(self):
        wanted = self.revision_or_branch
        with self.chdir(self.target):
            if not self._is_cloned():
                self._hg("clone", "--updaterev", wanted, "--", str(self.url), ".")
                return
            # A number means a revision of this repository.
            self._hg("pull", *(() if wanted.isdigit() else ("--rev", wanted)))
            for name in self.untracked_files():
                ensure_path_nonexistent(os.path.join(self.target, name))
            self._hg("update", "--clean", "--rev", wanted)

    def last_updated(self):
        """The time of the revision that is checked out; None without a checkout."""
        if not self._is_cloned():
            return None
        with self.chdir(self.target):
            seconds, offset = self._hg("log", "--rev", ".", "--template", "{date|hgdate}")[1].split()
        return float(seconds) - float(offset)


offer(globals(), {"CmdExecutionError": "batou.utils", "re": None})
