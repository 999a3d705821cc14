"""Programs that are built by configure, make and make install."""

import os

from batou.component import Component
from batou.lib.archive import Extract
from batou.lib.download import Download

_CONFIGURED = ".batou.config.success"
_MADE = ".batou.make.success"


def _mark(component, name):
    component.touch(os.path.join(component._directory, name))


class Configure(Component):
    """The `configure` script of a source directory ran."""

    namevar = "path"
    args = ""
    prefix = None
    build_environment = None

    def configure(self):
        # Breadcrumbs show the path as it was given.
        self._directory = self.map(self.path)
        if not self.prefix:
            self.prefix = self.workdir

    def verify(self):
        from batou import UpdateNeeded

        if not os.path.exists(os.path.join(self._directory, "config.status")):
            raise UpdateNeeded()
        self.assert_file_is_current(os.path.join(self._directory, _CONFIGURED), [os.path.join(self._directory, "configure")])

    def update(self):
        import _batou_process

        prefix = str(self.prefix)
        if any(character.isspace() for character in prefix):
            prefix = _batou_process.quote(prefix)
        with self.chdir(self._directory):
            self.cmd(f"./configure --prefix={prefix} {self.args}", env=self.build_environment)
        _mark(self, _CONFIGURED)


class Make(Component):
    """What a source directory makes is installed."""

    namevar = "path"
    build_environment = None

    def configure(self):
        # Breadcrumbs show the path as it was given.
        self._directory = self.map(self.path)

    def verify(self):
        self.assert_file_is_current(os.path.join(self._directory, _MADE), [os.path.join(self._directory, "Makefile")])

    def update(self):
        with self.chdir(self._directory):
            self.cmd("make install", env=self.build_environment)
        _mark(self, _MADE)


class Build(Component):
    """A program is downloaded, unpacked, configured, made and installed."""

    namevar = "uri"
    checksum = None
    configure_args = ""
    prefix = None
    build_environment = None

    def configure(self):
        download = Download(self.uri, checksum=self.checksum)
        self += download
        extract = Extract(download.target, strip=1)
        self += extract
        self += Configure(
            extract.target, args=self.configure_args, prefix=self.prefix, build_environment=self.build_environment
        )
        self += Make(extract.target, build_environment=self.build_environment)

    @property
    def namevar_for_breadcrumb(self):
        return os.path.basename(self.uri)
