"""Checkouts by the programs `hg` and `svn`."""

import subprocess

import pytest

from batou.lib import mercurial, svn


def run(directory, *arguments):
    return subprocess.run(arguments, cwd=directory, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@pytest.fixture
def hg_upstream(tmp_path):
    path = tmp_path / "hg"
    path.mkdir()
    run(path, "hg", "init")
    hg_commit(path, "one\n")
    return path


def hg_commit(path, text):
    (path / "file").write_text(text)
    run(path, "hg", "commit", "-q", "-A", "-m", "change", "-u", "test")


@pytest.fixture
def svn_here(tmp_path):
    """A checkout to commit from; the repository is beside it."""
    run(tmp_path, "svnadmin", "create", "svn")
    run(tmp_path, "svn", "checkout", "-q", f"file://{tmp_path}/svn", "here")
    here = tmp_path / "here"
    (here / "file").write_text("one\n")
    run(here, "svn", "add", "-q", "file")
    run(here, "svn", "commit", "-q", "-m", "first")
    return here


def svn_commit(here, text):
    (here / "file").write_text(text)
    run(here, "svn", "commit", "-q", "-m", "change")


def converges(deployment, make):
    return deployment.deploy(make()).changed and not deployment.deploy(make()).changed


@pytest.mark.parametrize("settings", [{}, {"revision": "1", "branch": "default"}])
def test_mercurial_needs_a_revision_or_a_branch(deployment, settings):
    with pytest.raises(ValueError):
        deployment.holding(mercurial.Clone("https://example.com", **settings))


def test_mercurial_follows_a_symbolic_revision(deployment, hg_upstream):
    def make():
        return mercurial.Clone(str(hg_upstream), target="code", revision="tip")

    assert converges(deployment, make)
    hg_commit(hg_upstream, "two\n")
    assert converges(deployment, make)
    assert (deployment.workdir / "code" / "file").read_text() == "two\n"


def test_mercurial_takes_numbers_and_hashes_of_any_length(deployment, hg_upstream):
    hg_commit(hg_upstream, "two\n")
    node = run(hg_upstream, "hg", "log", "-r", "1", "--template", "{node}")
    for first, second in [(0, 1), ("0", node), ("0", node[:12]), ("0", node[:8]), (0, "1")]:
        deployment.deploy(mercurial.Clone(str(hg_upstream), target="code", revision=first))
        assert (deployment.workdir / "code" / "file").read_text() == "one\n"
        assert converges(deployment, lambda: mercurial.Clone(str(hg_upstream), target="code", revision=second)), second


def test_mercurial_tells_its_state(deployment, hg_upstream):
    clone = mercurial.Clone(str(hg_upstream), target="code", branch="default")
    top = deployment.holding(clone)
    assert clone.last_updated() is None
    top.deploy()
    code = deployment.workdir / "code"
    node = run(hg_upstream, "hg", "log", "-r", ".", "--template", "{node}")
    assert (clone.current_revision(), clone.current_branch(), clone.revision_or_branch) == (node[:12], "default", "default")
    assert not clone.has_changes() and not clone.has_incoming_changesets() and not clone.has_outgoing_changesets()
    assert clone.last_updated() > 0
    (code / "ä b").write_text("x")
    assert clone.has_changes() and clone.untracked_files() == ["ä b"]
    top.deploy()
    assert top.changed and not (code / "ä b").exists()


def test_svn_takes_numbers_texts_and_names(deployment, svn_here, tmp_path):
    svn_commit(svn_here, "two\n")
    for revision, text in [(1, "one\n"), ("2", "two\n"), ("1\n", "one\n"), ("HEAD", "two\n"), (1, "one\n"), (None, "two\n")]:
        assert converges(deployment, lambda: svn.Checkout(f"file://{tmp_path}/svn", target="code", revision=revision)), revision
        assert (deployment.workdir / "code" / "file").read_text() == text


def test_svn_follows_the_head(deployment, svn_here, tmp_path):
    def make():
        return svn.Subversion(f"file://{tmp_path}/svn", target="code", revision="head")

    assert converges(deployment, make)
    svn_commit(svn_here, "two\n")
    assert converges(deployment, make)


@pytest.mark.parametrize("module", ["mercurial", "svn"])
def test_a_prediction_on_a_fresh_host_is_a_change(deployment, module):
    component = mercurial.Clone if module == "mercurial" else svn.Checkout
    top = deployment.holding(component("https://localhost:1/x", target="code", revision="1"))
    top.deploy(True)
    assert top.changed and not (deployment.workdir / "code").exists()


@pytest.mark.parametrize("module, program", [("mercurial", "hg"), ("svn", "svn")])
def test_a_missing_program_is_named(deployment, monkeypatch, module, program):
    component = mercurial.Clone if module == "mercurial" else svn.Checkout
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RuntimeError) as error:
        deployment.deploy(component("https://ada:secret@localhost:1/x", target="code", revision="1"))
    assert f"needs the program `{program}`, which is not installed" in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("component", [mercurial.Clone, svn.Checkout])
def test_failures_show_no_password(deployment, component):
    with pytest.raises(RuntimeError) as error:
        deployment.deploy(component("http://ada:secret@localhost:1/x", target="code", revision="1"))
    assert "ada:*****@localhost" in str(error.value) and "secret" not in str(error.value)
