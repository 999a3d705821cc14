"""Buildouts: directories that zc.buildout builds from a configuration."""

import os

from batou._lazy import offer
from batou.component import Component
from batou.lib.file import File, Presence
from batou.lib.python import Package, VirtualEnv

# Written when a buildout has ended well; how it is called is known to others.
_SUCCESS = ".batou.buildout.success"


class safe_environment:
    """Context manager: environment variables that hold inside only. Values may name others, as `{PATH}`."""

    def __init__(self, environment):
        self.given = environment

    def __enter__(self):
        self.before = dict(os.environ)
        # A variable that is about to be set may name itself.
        known = {**dict.fromkeys(self.given, ""), **self.before}
        values = {name: value.format(**known) for name, value in self.given.items()}
        os.environ.update(values)

    def __exit__(self, *error):
        os.environ.clear()
        os.environ.update(self.before)


class Buildout(Component):
    """A buildout in the working directory, in a virtual environment of its own."""

    # In seconds; the environment's by default.
    timeout = None
    # Whether there is a `buildout.cfg` beside the definition that serves if no `config` is given.
    use_default = True
    config = None
    additional_config = ()
    config_file_name = "buildout.cfg"

    python = None
    executable = None

    distribute = None
    setuptools = None
    wheel = None
    pip = None
    packaging = None
    version = None

    build_env = {}

    def configure(self):
        if self.timeout is None:
            self.timeout = self.environment.timeout
        if self.use_default and not self.config:
            # Named by the definition of the parent, whose variables it may use.
            self.config = File("buildout.cfg", template_context=self.parent)
        config = self.config
        if isinstance(config, File):
            self.config_file_name = config.path
        if isinstance(config, Component):
            config = [config]
        additional = self.additional_config
        if isinstance(additional, Component):
            additional = [additional]
        self.config = [*(config or ()), *(additional or ())]
        for component in self.config:
            self += component
        venv = VirtualEnv(self.python, executable=self.executable)
        self += venv
        if not (self.distribute or self.setuptools):
            raise ValueError("Buildout needs the version of setuptools or distribute: Buildout(setuptools='...').")
        for name in ("distribute", "setuptools", "wheel", "pip", "packaging"):
            version = getattr(self, name)
            if version:
                venv += Package(name, version=version)
        venv += Package("zc.buildout", version=self.version, dependencies=False)

    def verify(self):
        self.assert_file_is_current("bin/buildout")
        installed = Presence(".installed.cfg")
        self |= installed
        installed.assert_component_is_current([Presence("bin/buildout"), *self.config])
        self.assert_file_is_current(_SUCCESS, [".installed.cfg"])
        self.assert_no_subcomponent_changes()

    def update(self):
        with safe_environment(self.build_env):
            self.cmd(f'bin/buildout -t {self.timeout} -c "{self.config_file_name}"')
            self.touch(_SUCCESS)


offer(globals(), {"contextlib": None})
