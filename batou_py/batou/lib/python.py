"""Virtual environments of Python and the packages in them."""

import os

import _batou_virtualenv

from batou._lazy import offer
from batou.component import Component


def _runs_commands_itself(component):
    """Whether the component's `cmd` is replaced: then somebody wants to see the commands, and nothing is looked up past them."""
    return "cmd" in component.__dict__ or type(component).cmd is not Component.cmd


def _options(*lists):
    """Options of several components as one text; each may be a text or a sequence."""
    options = []
    for given in lists:
        if isinstance(given, str):
            given = (given,)
        options.extend(map(str, given or ()))
    return " ".join(options)


class VirtualEnv(Component):
    """A virtual environment in the working directory, with an interpreter of this version."""

    namevar = "version"

    # The program that makes the environment.
    executable = None

    def configure(self):
        implementation = globals().get("VirtualEnvPy" + self.version.replace(".", "_"), VirtualEnvPy)
        self.venv = implementation()
        self += self.venv
        if not self.executable:
            self.executable = f"python{self.version}"

    @property
    def python(self):
        """The interpreter of the environment, relative to the working directory."""
        return f"bin/python{self.version}"


class VirtualEnvPyBase(Component):
    """What virtual environments of all versions have in common."""

    venv_version = None
    venv_checksum = None
    venv_options = ()

    # How packages are installed: `pip`, or with easy_install.
    installer = "pip"
    install_options = ()

    def verify(self):
        wanted = self.parent.version
        if not _runs_commands_itself(self):
            state = _batou_virtualenv.state(self.workdir, wanted)
            if state == "good":
                return
            if state == "missing":
                from batou import UpdateNeeded

                raise UpdateNeeded()
        # What the files do not tell for sure, the interpreter does.
        parts = [int(part) for part in wanted.split(".")]
        self.assert_cmd(f'bin/python -c "import sys; assert list(sys.version_info[:{len(parts)}]) == {parts}"', expand=False)
        self.assert_cmd('bin/python -c "import pip"', expand=False)

    def update(self):
        self.cmd("chmod -R u+w bin lib include .Python", ignore_returncode=True)
        from batou.lib.file import ensure_path_nonexistent

        for name in ("bin", "lib", "include", ".Python"):
            ensure_path_nonexistent(os.path.join(self.workdir, name))

    def verify_pkg(self, pkg):
        """Asks for an update unless the package is installed in the wanted version."""
        version = None
        if not _runs_commands_itself(self):
            version = _batou_virtualenv.installed_version(self.workdir, pkg.package)
        if version is None:
            version = self._version_by_interpreter(pkg)
        if version is None or not (pkg.version is None or _batou_virtualenv.is_version(version, str(pkg.version))):
            from batou import UpdateNeeded

            raise UpdateNeeded()

    def _version_by_interpreter(self, pkg):
        # Packages may also lie elsewhere: those of the system, eggs, directories that .pth files name.
        from batou.utils import CmdExecutionError

        name = _batou_virtualenv.distribution_name(pkg.package)
        if name is None:
            return None
        script = (
            "try:\n from importlib.metadata import version\n"
            "except ImportError:\n import pkg_resources\n version = lambda name: pkg_resources.get_distribution(name).version\n"
            f"print(version('{name}'))"
        )
        try:
            output, _ = self.cmd(f'bin/python -c "{script}"', expand=False)
        except CmdExecutionError:
            return None
        return output.strip() or None

    def update_pkg(self, pkg):
        """Installs a package."""
        if self.installer == "pip":
            self.pip_install(pkg)
        else:
            self.easy_install(pkg)

    def _install(self, command, pkg, *options):
        wanted = pkg.package if pkg.version is None else f"{pkg.package}=={pkg.version}"
        options = _options(self.install_options, pkg.install_options, options)
        self.cmd(f'{command} {options} "{wanted}"', env=pkg.env or {})

    def pip_install(self, pkg):
        """Installs a package with pip."""
        self._install(f"bin/pip --timeout={pkg.timeout} install", pkg, *(() if pkg.dependencies else ("--no-deps",)))

    def easy_install(self, pkg):
        """Installs a package with easy_install."""
        self._install("bin/easy_install", pkg, *(() if pkg.dependencies else ("--no-deps",)))


class VirtualEnvPy(VirtualEnvPyBase):
    """A virtual environment made by the interpreter itself."""

    def update(self):
        super().update()
        self.cmd(f"{self.parent.executable} -m venv {self.workdir}")


class VirtualEnvPy2_7(VirtualEnvPyBase):
    """A virtual environment of Python 2.7, made by a script."""

    venv_version = "16.7.10"
    venv_checksum = "sha256:e88fdcb08b0ecb11da97868f463dd06275923f50d87f4b9c8b2fc0994eec40f4"
    # Where the source of virtualenv is; None asks the package index that pip is configured for.
    pypi_url = None

    def configure(self):
        self.base = VirtualEnvDownload(self.venv_version, download_url=self.pypi_url, checksum=self.venv_checksum)
        self += self.base

    def verify(self):
        super().verify()
        # The environment was made by this very script.
        self.assert_file_is_current("bin/python", [self.base.venv_cmd])

    def update(self):
        super().update()
        executable = self.parent.executable
        options = _options(self.venv_options, (f"--python={executable}",))
        self.cmd(f"{executable} {self.base.venv_cmd} {options} {self.workdir}")


class VirtualEnvDownload(Component):
    """The script of virtualenv in a directory that all components share."""

    namevar = "version"

    checksum = None
    download_url = "https://github.com/pypa/virtualenv/archive/{{component.version}}.tar.gz"

    def configure(self):
        from batou.lib.archive import Extract

        self.workdir = os.path.join(self.environment.workdir_base, ".virtualenv")
        target = f"{self.version}.tar.gz"
        if self.download_url is None:
            self += IndexDownload("virtualenv", version=self.version, target=target, checksum=self.checksum)
        else:
            from batou.lib.download import Download

            self.download_url = self.expand(self.download_url)
            self += Download(self.download_url, target=target, checksum=self.checksum)
        directory = f"virtualenv-{self.version}"
        self += Extract(target, target=directory, strip=1)
        self.venv_cmd = os.path.join(self.workdir, directory, "virtualenv.py")

    def verify(self):
        self.assert_no_subcomponent_changes()

    def update(self):
        # Archives keep the times of their files.
        self.touch(self.venv_cmd)


class IndexDownload(Component):
    """The source archive of a package, fetched by pip from the index it is configured for."""

    namevar = "package"

    version = None
    target = None
    checksum = None

    def verify(self):
        if not os.path.exists(self.target) or not self._is_intact(self.target):
            from batou import UpdateNeeded

            raise UpdateNeeded()

    def update(self):
        import tempfile

        with tempfile.TemporaryDirectory(dir=".", prefix=".download-") as directory:
            self.cmd(
                f"python3 -m pip download --quiet --no-deps --no-binary :all: --dest {directory} {self.package}=={self.version}"
            )
            found = [os.path.join(directory, name) for name in os.listdir(directory)]
            if len(found) != 1:
                raise RuntimeError(f"pip fetched {len(found)} files for {self.package} {self.version}, one was expected.")
            if not self._is_intact(found[0]):
                raise RuntimeError(
                    f"The source of {self.package} {self.version} that pip fetched does not have the checksum {self.checksum}. "
                    "Check the index that pip is configured for."
                )
            os.replace(found[0], self.target)

    def _is_intact(self, path):
        from batou.utils import hash

        function, _, wanted = self.checksum.partition(":")
        return hash(path, function) == wanted.lower()


class Package(Component):
    """A package in the virtual environment that this component is added to."""

    namevar = "package"

    # None takes any version that is there, and the newest if there is none.
    version = None
    # In seconds; the environment's by default.
    timeout = None
    dependencies = True
    env = None
    install_options = ()
    # Of no effect: whether a package is installed is told by its metadata.
    check_package_is_module = True

    def configure(self):
        if not isinstance(self.parent, VirtualEnv):
            raise TypeError(
                f"Package({self.package!r}) must be added to a VirtualEnv, not to {type(self.parent).__name__}: virtualenv += Package(...)"
            )
        if self.timeout is None:
            self.timeout = self.environment.timeout

    def verify(self):
        self.parent.venv.verify_pkg(self)

    def update(self):
        self.parent.venv.update_pkg(self)

    @property
    def namevar_for_breadcrumb(self):
        return self.package if self.version is None else f"{self.package}=={self.version}"


offer(
    globals(),
    {
        "CmdExecutionError": "batou.utils",
        "Download": "batou.lib.download",
        "Extract": "batou.lib.archive",
        "batou": None,
    },
)
