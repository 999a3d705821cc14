"""Checkouts of Subversion repositories, by the program `svn`."""

import os

import _batou_git

from batou import UpdateNeeded
from batou.component import Component
from batou.lib._vcs import run
from batou.lib.file import Directory


class Checkout(Component):
    """A checkout of a Subversion repository at a revision; without one, or with a name like `HEAD`, at the newest one."""

    namevar = "url"
    target = "."
    revision = None

    def configure(self):
        self += Directory(self.target)
        # It is where the directory is, also in a sandbox.
        self._place = self._.path

    @property
    def namevar_for_breadcrumb(self):
        return _batou_git.masked(str(self.url))

    @property
    def _wanted(self):
        wanted = "" if self.revision is None else str(self.revision).strip()
        return wanted or "HEAD"

    def verify(self):
        if not os.path.exists(os.path.join(self._place, ".svn")):
            raise UpdateNeeded()
        with self.chdir(self._place):
            wanted = self._wanted
            if wanted.isdigit():
                is_current = self._number("Revision", "info") == int(wanted)
            else:
                # Revisions that changed nothing below the URL make no difference.
                name = "Last Changed Rev"
                is_current = self._number(name, "info") == self._number(name, "info", "--revision", wanted, self._peg())
            if not is_current:
                raise UpdateNeeded()

    def _peg(self):
        # What follows an @ would be a revision; an empty one keeps the URL whole.
        return f"{self.url}@"

    def _svn(self, *arguments):
        return run(self, "svn", "--non-interactive", *arguments)[1]

    def _number(self, name, *arguments):
        text = self._svn(*arguments)
        for line in text.splitlines():
            if line.startswith(f"{name}: "):
                return int(line.partition(": ")[2])
        raise RuntimeError(f"svn {arguments[0]} in {self._place} tells no `{name}`:\n{text}")

    def update(self):
        wanted = self._wanted
        with self.chdir(self._place):
            if not os.path.exists(".svn"):
                self._svn("checkout", "--revision", wanted, self._peg(), ".")
                return
            self._svn("revert", "--recursive", ".")
            self._svn("switch", self._peg(), ".")
            self._svn("update", "--revision", wanted)


Subversion = Checkout
