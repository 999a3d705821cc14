"""Checkouts; the repositories are made by the program git."""

import os
import subprocess

import pytest

from batou.lib.git import Clone, GitError, ensure_empty_directory, exactly_one


def git(directory, *arguments):
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=directory, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ).stdout.strip()


def commit(directory, name, text):
    (directory / name).write_text(text)
    git(directory, "add", ".")
    git(directory, "commit", "-q", "-m", "change")
    return git(directory, "rev-parse", "HEAD")


@pytest.fixture
def upstream(tmp_path):
    path = tmp_path / "upstream"
    path.mkdir()
    git(path, "init", "-q", "-b", "main")
    commit(path, "file", "one\n")
    git(path, "tag", "v1")
    return path


@pytest.fixture
def code(deployment):
    return deployment.workdir / "code"


def is_changed(deployment, *arguments, **settings):
    return deployment.deploy(Clone(*arguments, target="code", **settings)).changed


def converges(deployment, url, **settings):
    return is_changed(deployment, url, **settings) and not is_changed(deployment, url, **settings)


def test_helpers(tmp_path):
    assert exactly_one(1, None) and exactly_one("a", "", 0)
    assert not exactly_one(1, 2) and not exactly_one(None, 0)
    path = tmp_path / "directory"
    path.write_text("a file")
    ensure_empty_directory(str(path))
    (path / "below").mkdir()
    inode = path.stat().st_ino
    ensure_empty_directory(path)
    assert os.listdir(path) == [] and path.stat().st_ino == inode


@pytest.mark.parametrize("settings", [{}, {"branch": "main", "tag": "v1"}, {"branch": ""}])
def test_exactly_one_of_branch_tag_and_revision(deployment, settings):
    with pytest.raises(ValueError) as error:
        deployment.holding(Clone("https://ada:secret@example.com/x", **settings))
    assert "ada:*****@example.com" in str(error.value) and "secret" not in str(error.value)


def test_a_branch_that_is_not_the_default_one_converges(deployment, upstream, code):
    git(upstream, "checkout", "-q", "-b", "other")
    commit(upstream, "file", "two\n")
    git(upstream, "checkout", "-q", "main")
    assert converges(deployment, str(upstream), branch="other")
    assert (code / "file").read_text() == "two\n"
    assert git(code, "rev-parse", "--abbrev-ref", "other@{upstream}") == "origin/other"
    assert converges(deployment, str(upstream), branch="main")


def test_short_and_padded_revisions_converge(deployment, upstream):
    revision = git(upstream, "rev-parse", "HEAD")
    assert converges(deployment, str(upstream), revision=revision[:8])
    assert not is_changed(deployment, str(upstream), revision=f"{revision}\n")
    assert not is_changed(deployment, str(upstream), revision=revision.upper()[:12])


def test_names_as_revisions_follow_the_remote(deployment, upstream, code):
    assert converges(deployment, str(upstream), revision="main")
    commit(upstream, "file", "two\n")
    assert converges(deployment, str(upstream), revision="main")
    assert (code / "file").read_text() == "two\n"


def test_a_commit_with_two_tags_converges(deployment, upstream):
    git(upstream, "tag", "-m", "annotated", "v1-final")
    assert converges(deployment, str(upstream), tag="v1")


def test_a_moved_tag_is_followed(deployment, upstream, code):
    assert converges(deployment, str(upstream), tag="v1")
    commit(upstream, "file", "two\n")
    git(upstream, "tag", "-f", "v1")
    assert converges(deployment, str(upstream), tag="v1")
    assert (code / "file").read_text() == "two\n"


def test_untracked_files_beyond_ascii_are_removed(deployment, upstream, code):
    assert converges(deployment, str(upstream), branch="main", clobber=True)
    (code / "ä ö").write_text("x")
    assert converges(deployment, str(upstream), branch="main", clobber=True)
    assert not (code / "ä ö").exists()


def test_a_run_that_ended_after_fetching_is_finished(deployment, upstream, code):
    assert is_changed(deployment, str(upstream), branch="main")
    commit(upstream, "file", "two\n")
    git(code, "fetch", "-q")
    assert converges(deployment, str(upstream), branch="main")
    assert (code / "file").read_text() == "two\n"


def test_own_commits_are_told_and_stay_until_news_come(deployment, upstream, code, printed):
    assert is_changed(deployment, str(upstream), branch="main")
    commit(code, "own", "x")
    assert not is_changed(deployment, str(upstream), branch="main")
    assert "has commits that are not in its upstream" in printed.output


def test_a_clone_that_fails_leaves_what_is_there(deployment, upstream, code):
    code.mkdir(parents=True)
    (code / "precious").write_text("x")
    with pytest.raises(GitError) as error:
        deployment.deploy(Clone(str(upstream), target="code", branch="missing"))
    assert f"there is no branch missing in {upstream}" in str(error.value)
    with pytest.raises(GitError):
        deployment.deploy(Clone(f"{upstream}-missing", target="code", branch="main"))
    assert os.listdir(code) == ["precious"]


def test_a_relative_path_converges(deployment, upstream):
    assert converges(deployment, "../../upstream", branch="main")


def test_a_repository_that_cannot_be_read_is_an_error(deployment, upstream, code):
    assert is_changed(deployment, str(upstream), branch="main")
    (code / ".git" / "HEAD").unlink()
    with pytest.raises(GitError) as error:
        deployment.deploy(Clone(str(upstream), target="code", branch="main"))
    assert "Repair it, or remove it" in str(error.value)


def test_nothing_needs_the_program_but_ssh(deployment, upstream, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert converges(deployment, str(upstream), branch="main")
    with pytest.raises(GitError) as error:
        deployment.deploy(Clone("git@localhost:x", target="other", branch="main"))
    assert "takes the program git, which is not installed" in str(error.value)


def test_no_password_is_shown(deployment):
    clone = Clone("http://ada:secret@localhost:1/x", target="code", branch="main")
    top = deployment.holding(clone)
    assert "secret" not in clone._breadcrumbs and "ada:*****@" in clone._breadcrumbs
    with pytest.raises(GitError) as error:
        top.deploy()
    assert "secret" not in str(error.value) and "ada:*****@localhost" in str(error.value)


def test_methods_can_be_replaced(deployment, upstream, monkeypatch):
    assert is_changed(deployment, str(upstream), branch="main")
    for name, value in [("has_incoming_changesets", True), ("current_branch", "else"), ("remote_url", "else")]:
        with monkeypatch.context() as patch:
            patch.setattr(Clone, name, lambda self, value=value: value)
            assert is_changed(deployment, str(upstream), branch="main")
    assert not is_changed(deployment, str(upstream), branch="main")


def test_last_update_is_the_time_of_the_commit(deployment, upstream, code):
    top = deployment.holding(Clone(str(upstream), target="code", branch="main"))
    assert top._.last_updated() is None
    top.deploy()
    assert top._.last_updated() == float(git(code, "log", "-1", "--format=%ct"))


def test_a_prediction_on_a_fresh_host_changes_nothing(deployment, upstream, code):
    top = deployment.holding(Clone(str(upstream), target="code", branch="main"))
    top.deploy(True)
    assert top.changed and not code.exists()
