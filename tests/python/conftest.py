"""A project in a temporary directory, with one environment and one host, for tests of components."""

import os

import pytest

import batou
from batou._output import TestBackend
from batou.component import Component, RootComponent
from batou.environment import Environment
from batou.host import Host


class Deployment:
    """Makes root components of classes and functions, as an environment does of the definitions it loads."""

    def __init__(self, path):
        self.path = path
        self.environment = Environment("test", basedir=str(path))
        self.environment._set_defaults()
        self.host = Host("web", self.environment)
        self.environment.hosts["web"] = self.host
        self.definitions = path / "definitions"
        self.workdir = path / "work" / "thing"
        self.definitions.mkdir()

    def root(self, factory, name="thing", features=None, overrides=None):
        """The root component of a class, not prepared."""
        root = RootComponent(
            name=name,
            environment=self.environment,
            host=self.host,
            features=features or [],
            ignore=False,
            factory=factory,
            defdir=str(self.definitions),
            workdir=str(self.path / "work" / name),
            overrides=overrides,
        )
        self.environment.root_components.append(root)
        return root

    def prepare(self, factory, **settings):
        """The component of a class, configured."""
        root = self.root(factory, **settings)
        root.prepare()
        root.log_finish_configure()
        return root.component

    def top(self, configure=None, **settings):
        """A component that does nothing but what the function `configure` does to it."""

        class Top(Component):
            pass

        if configure is not None:
            Top.configure = configure
        return self.prepare(Top, **settings)

    def holding(self, *parts):
        """A component with these parts."""

        def configure(self):
            for part in parts:
                self += part

        return self.top(configure)

    def deploy(self, *parts):
        """Deploys a component with these parts and returns it."""
        top = self.holding(*parts)
        top.deploy()
        return top


@pytest.fixture
def deployment(tmp_path):
    before = os.getcwd()
    yield Deployment(tmp_path)
    os.chdir(before)


@pytest.fixture(autouse=True)
def printed(monkeypatch):
    """What was printed."""
    backend = TestBackend()
    monkeypatch.setattr(batou.output, "backend", backend)
    return backend


@pytest.fixture
def work(deployment):
    """The working directory of the component, made already."""
    deployment.workdir.mkdir(parents=True)
    return deployment.workdir
