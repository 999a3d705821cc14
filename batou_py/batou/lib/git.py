"""Checkouts of git repositories."""

import os

import _batou_git

from batou import UpdateNeeded, output
from batou.component import Component
from batou.lib.file import Directory, ensure_path_nonexistent


class GitError(RuntimeError):
    """Something about a checkout could not be told or done."""

    def __init__(self, message, hint=None):
        super().__init__(message)
        self.hint = hint

    def __str__(self):
        return f"{self.args[0]}\n{self.hint}" if self.hint else self.args[0]


def ensure_empty_directory(path):
    """Makes sure that there is a directory with nothing in it; one that is there stays itself, as somebody may work in it."""
    _batou_git.empty_directory(path)


def exactly_one(*args):
    """Says whether exactly one of the arguments is true."""
    return sum(map(bool, args)) == 1


class Clone(Component):
    """A checkout of a git repository, at a branch, a tag or a revision.

    Tracked files are made as they are in the repository. Local changes and untracked files are only overwritten and removed with `clobber`. The git
    program is needed for ssh only.
    """

    namevar = "url"
    target = "."
    revision = None
    branch = None
    tag = None
    vcs_update = True
    clobber = False

    _force_clone = False

    def configure(self):
        if not exactly_one(self.revision, self.branch, self.tag):
            raise ValueError(f"Clone({self.namevar_for_breadcrumb!r}) needs exactly one of revision, branch or tag")
        self.target = self.map(self.target)
        self += Directory(self.target)

    @property
    def namevar_for_breadcrumb(self):
        return _batou_git.masked(str(self.url))

    def verify(self):
        self._force_clone = False
        if not _batou_git.is_checkout(self.target) or not self._is_from_url():
            self._force_clone = True
            raise UpdateNeeded()
        if not self.vcs_update:
            return
        with self.chdir(self.target):
            if self.has_outgoing_changesets():
                output.annotate(f"The clone at {self.target} has commits that are not in its upstream.", red=True)
            if self.has_changes():
                output.annotate(f"The clone at {self.target} has local changes.", red=True)
                if self.clobber:
                    raise UpdateNeeded()
                raise RuntimeError(
                    f"Refusing to clobber the dirty work directory {self.target}. Commit and push the changes or remove them, "
                    "or set `clobber` to have them removed."
                )
            if not self._is_current() or _batou_git.has_leftovers(self.target):
                raise UpdateNeeded()

    def _is_from_url(self):
        url = str(self.url)
        # A path is noted as an absolute one.
        path = None if "://" in url else os.path.abspath(url)
        with self.chdir(self.target):
            return self.remote_url() in (url, path)

    def _is_current(self):
        if self.revision:
            revision = str(self.revision).strip()
            if self.current_revision() == revision:
                return True
            if not _batou_git.shows(self.target, "revision", revision):
                return False
            # A hash never means another commit; what other names mean is known by the remote.
            return self.current_revision().startswith(revision.lower()) or not self.has_incoming_changesets()
        if self.branch:
            return (
                self.current_branch() == self.branch
                and not self.has_incoming_changesets()
                and not self._is_behind_upstream()
            )
        # One commit may have several tags, of which the description shows one.
        is_tagged = self.current_tag() == self.tag or _batou_git.shows(self.target, "tag", self.tag)
        return is_tagged and not self.has_incoming_changesets()

    def _wanted(self):
        for kind in ("branch", "tag", "revision"):
            if name := getattr(self, kind):
                return kind, str(name)

    def current_revision(self):
        """The full hash of the commit that is checked out; None before the first one."""
        return _batou_git.revision(self.target)

    def current_branch(self):
        """The local branch that is checked out; `HEAD` if none is."""
        return _batou_git.branch(self.target)

    def current_tag(self):
        """The commit as `git describe --tags` names it; None without any tag."""
        return _batou_git.tag(self.target)

    def has_changes(self):
        """Whether files were changed, added or removed; ignored ones do not count."""
        return _batou_git.has_changes(self.target)

    def has_incoming_changesets(self):
        """Whether the remote repository has branches or tags that are not here yet."""
        return _batou_git.has_incoming(self.target, *self._wanted())

    def has_outgoing_changesets(self):
        """Whether there are commits that are not in the upstream branch."""
        distance = _batou_git.distance(self.target)
        return distance is not None and distance[0] > 0

    def _is_behind_upstream(self):
        # An earlier run may have ended between fetching and checking out. Commits of one's own are left alone until something new comes in.
        ahead, behind = _batou_git.distance(self.target) or (0, 0)
        return behind > 0 and not ahead

    def remote_url(self):
        """The address that was cloned."""
        return _batou_git.remote_url(self.target)

    def untracked_files(self):
        """The files that are neither tracked nor ignored, relative to the checkout."""
        return _batou_git.untracked(self.target)

    def update(self):
        wanted = self._wanted()
        if self._force_clone:
            # What is there stays until the clone is whole.
            url = str(self.url)
            if "://" not in url and os.path.isdir(url):
                url = os.path.abspath(url)
            _batou_git.clone(url, self.target, *wanted)
            return
        with self.chdir(self.target):
            untracked = self.untracked_files()
        _batou_git.update(self.target, *wanted, untracked)

    def last_updated(self):
        """The time of the commit that is checked out; None without a checkout."""
        if not _batou_git.is_checkout(self.target):
            return None
        seconds = _batou_git.commit_time(self.target)
        return None if seconds is None else float(seconds)
