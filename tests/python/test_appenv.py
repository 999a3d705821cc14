import os

import pytest

from batou.lib.appenv import AppEnv

FAKE = """#!/bin/sh
case "$*" in
    "-m venv "*) mkdir -p "$3/bin" "$3/lib"; cp "$0" "$3/bin/python"; echo "home = /" > "$3/pyvenv.cfg" ;;
esac
echo "$*" >> "$CALLS"
"""


@pytest.fixture
def deploy(deployment, monkeypatch, tmp_path):
    """Deploys an application with these locked requirements by an interpreter that only writes down what it is asked."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").write_text(FAKE)
    (programs / "python3").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))

    def deploy(lock):
        (deployment.definitions / "requirements.lock").write_text(lock)
        (tmp_path / "calls").write_text("")
        top = deployment.deploy(AppEnv("3"))
        return top._, (tmp_path / "calls").read_text().splitlines()

    return deploy


def test_an_environment_is_made_once_for_a_set_of_requirements(deploy, deployment):
    app, calls = deploy("six==1.16.0\n")
    base = deployment.workdir / ".appenv"
    assert calls == [
        f"-m venv {app.env_dir}",
        "-m pip install --upgrade pip",
        f"-m pip install --no-deps -r {app.env_dir}/requirements.lock",
        "-m pip check",
    ]
    assert sorted(os.listdir(base)) == sorted([app.env_hash, "current"])
    assert os.readlink(base / "current") == str(base / app.env_hash)
    for name in ("bin", "lib", "pyvenv.cfg"):
        assert os.readlink(deployment.workdir / name) == str(base / "current" / name)
    again, calls = deploy("six==1.16.0\n")
    assert calls == [] and not again.changed
    assert again.env_hash == app.env_hash


def test_the_environment_before_is_kept_and_older_ones_are_removed(deploy, deployment):
    names = []
    for version in range(3):
        app, _ = deploy(f"six==1.{version}\n")
        names.append(app.env_hash)
        kept = sorted(os.listdir(deployment.workdir / ".appenv"))
        assert kept == sorted([*names[-2:], "current"])


def test_an_environment_that_was_not_completed_is_made_anew(deploy, deployment):
    app, _ = deploy("six==1.16.0\n")
    (deployment.workdir / app.env_ready).unlink()
    (deployment.workdir / app.env_dir / "left").write_text("")
    again, calls = deploy("six==1.16.0\n")
    assert len(calls) == 4
    assert not (deployment.workdir / app.env_dir / "left").exists()


def test_locked_requirements_are_no_template(deploy, deployment):
    lock = "six==1.16.0 # {{ nothing }} {# at all\n@@ neither\n"
    app, _ = deploy(lock)
    assert (deployment.workdir / app.env_dir / "requirements.lock").read_text() == lock
