"""Applications in virtual environments that are never changed: a new set of requirements makes a new one."""

import os

from batou._lazy import offer
from batou.component import Component
from batou.lib.file import File, Symlink, ensure_path_nonexistent

# Part of what tells environments apart. To be changed when environments are made differently, so that all are made anew.
_LAYOUT = "batou appenv 1"


def _verify_ready(component):
    """Asks for an update until the environment is complete."""
    if not os.path.exists(component.parent.env_ready):
        from batou import UpdateNeeded

        raise UpdateNeeded()


class VirtualEnv(Component):
    """The environment itself, with a current pip."""

    namevar = "python_version"
    pip_version = None

    def verify(self):
        _verify_ready(self)

    def update(self):
        directory = self.parent.env_dir
        ensure_path_nonexistent(os.path.join(self.workdir, directory))
        # It would make another interpreter than the one that is named (macOS).
        os.environ.pop("__PYVENV_LAUNCHER__", None)
        self.cmd(f"python{self.python_version} -m venv {directory}", expand=False)
        if self.pip_version:
            self.cmd(f"{directory}/bin/pip install pip=={self.pip_version}", expand=False)
        else:
            self.cmd(f"{directory}/bin/python -m pip install --upgrade pip", expand=False)


class LockedRequirements(Component):
    """The packages of the lock file, and no others."""

    def verify(self):
        _verify_ready(self)

    def update(self):
        directory = self.parent.env_dir
        python = f"{directory}/bin/python"
        self.cmd(f"{python} -m pip install --no-deps -r {directory}/requirements.lock", expand=False)
        self.cmd(f"{python} -m pip check", expand=False)


class CleanupUnused(Component):
    """Removes environments but for the current one and the one before."""

    cleanup = ()

    def verify(self):
        base = os.path.join(self.workdir, ".appenv")
        if not os.path.isdir(base):
            return
        kept = {self.parent.env_hash, self.parent.last_env_hash, "current"}
        self.cleanup = [os.path.join(base, name) for name in sorted(os.listdir(base)) if name not in kept]
        if self.cleanup:
            from batou import UpdateNeeded

            raise UpdateNeeded()

    def update(self):
        for path in self.cleanup:
            ensure_path_nonexistent(path)


class AppEnv(Component):
    """A virtual environment with the packages of the definition's `requirements.lock`."""

    namevar = "python_version"
    pip_version = None

    def configure(self):
        path = os.path.join(self.defdir, "requirements.lock")
        with open(path, "rb") as file:
            lock = file.read().decode("utf-8")
        import _sha256

        self.env_hash = _sha256.sha256("\n".join((lock, self.python_version, _LAYOUT)).encode("utf-8")).hexdigest()[:8]
        self.env_dir = os.path.join(".appenv", self.env_hash)
        self.env_ready = os.path.join(self.env_dir, "appenv.ready")
        self.last_env_hash = None
        current = os.path.join(self.workdir, ".appenv", "current")
        if os.path.islink(current):
            self.last_env_hash = os.path.basename(os.readlink(current))

        self += VirtualEnv(self.python_version, pip_version=self.pip_version)
        self += File(os.path.join(self.env_dir, "requirements.lock"), content=lock, is_template=False)
        self += LockedRequirements()
        self += File(self.env_ready, content="All requirements are installed.\n", is_template=False)
        self += Symlink(".appenv/current", source=self.env_dir)
        for name in ("bin", "lib", "pyvenv.cfg"):
            self += Symlink(name, source=os.path.join(".appenv/current", name))
        self += CleanupUnused()

    @property
    def namevar_for_breadcrumb(self):
        return self.env_hash


offer(globals(), {"hashlib": None})
