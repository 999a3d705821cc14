"""Fixtures for tests of component libraries, a plugin of pytest: `pytest_plugins = ["batou.fixtures"]`."""

import os

import pytest

import batou
from batou import utils
from batou._output import TestBackend
from batou.component import Component, RootComponent
from batou.environment import Environment
from batou.host import Host


class MyComponent(Component):
    """A component to which tests add what they test."""


@pytest.fixture
def root(tmpdir):
    """The root component of an empty component that is deployed already, in an environment of its own."""
    environment = Environment("test", basedir=str(tmpdir))
    environment._set_defaults()
    host = environment.hosts["localhost"] = Host("localhost", environment)
    root = RootComponent(
        name="mycomponent",
        environment=environment,
        host=host,
        features=(),
        ignore=False,
        factory=MyComponent,
        defdir=str(tmpdir),
        workdir=os.path.join(environment.workdir_base, "mycomponent"),
    )
    environment.root_components.append(root)
    before = os.getcwd()
    os.chdir(str(tmpdir))
    root.prepare()
    root.component.deploy()
    yield root
    os.chdir(before)


@pytest.fixture(autouse=True)
def ensure_workingdir():
    """Every test ends in the working directory it began in."""
    before = os.getcwd()
    yield
    os.chdir(before)


@pytest.fixture(autouse=True)
def reset_resolve_overrides():
    """No test sees the resolver overrides of another one."""
    yield
    utils.resolve_override.clear()
    utils.resolve_v6_override.clear()


@pytest.fixture
def output(monkeypatch):
    """Collects what is printed, in `output.backend.output`."""
    monkeypatch.setattr(batou.output, "backend", TestBackend())
    yield batou.output
