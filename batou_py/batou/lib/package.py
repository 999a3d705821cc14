"""Packages of the operating system."""

from batou import UpdateNeeded
from batou.component import Component


class DPKG(Component):
    """A package of Debian is installed. Needs the rights to do that."""

    namevar = "package"

    def verify(self):
        import _batou_system

        selections, _ = self.cmd("LANG=C dpkg --get-selections")
        if not _batou_system.is_package_selected(selections, self.package):
            raise UpdateNeeded()

    def update(self):
        self.cmd(f"LANG=C DEBIAN_FRONTEND=noninteractive apt-get -qy install {self.package}")
