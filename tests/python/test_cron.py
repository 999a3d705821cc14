import os
import shutil

import pytest

import batou
import batou.utils
from batou.lib.cron import CronJob, CronTab, InstallCrontab, PurgeCronTab, ignore_comments
from batou.lib.file import File


@pytest.fixture
def crontab(tmp_path, monkeypatch):
    """Puts a program `crontab` first: Debian's own one for the user nobody, whose crontab is removed afterwards. Gives its text."""
    program = shutil.which("crontab")
    assert program, "the program crontab is missing: `make test` installs it (task `make prepare`)"
    assert os.geteuid() == 0, "installing the crontab of somebody else takes root"
    wrapper = tmp_path / "bin" / "crontab"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/calls\nexec {program} -u nobody "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    remove = f"{program} -u nobody -r"
    batou.utils.cmd(remove, ignore_returncode=True)
    yield lambda: batou.utils.cmd(f"{program} -u nobody -l", ignore_returncode=True)[0]
    batou.utils.cmd(remove, ignore_returncode=True)


def tab(deployment, *parts, platform="debian"):
    deployment.host.platform = platform
    # What was provided before belongs to an earlier run.
    deployment.environment.resources.resources.clear()
    return deployment.holding(*parts)


@pytest.mark.parametrize("platform", ["debian", "gocept.net"])
def test_a_crontab_is_installed_once(deployment, crontab, platform):
    top = tab(deployment, CronJob("/bin/true", timing="@daily"), CronTab(mailto="ada@example.com"), platform=platform)
    top.deploy()
    assert top.changed
    assert crontab().endswith("MAILTO=ada@example.com\n\n@daily /bin/true \n\n")
    top = tab(deployment, CronJob("/bin/true", timing="@daily"), CronTab(mailto="ada@example.com"), platform=platform)
    top.deploy()
    assert not top.changed


def test_what_somebody_else_installed_is_replaced(deployment, crontab, tmp_path):
    parts = lambda: (CronJob("/bin/true", timing="@daily"), CronTab())
    tab(deployment, *parts()).deploy()
    other = tmp_path / "other"
    other.write_text("@daily /bin/false\n")
    batou.utils.cmd(f"crontab {other}")
    top = tab(deployment, *parts())
    top.deploy()
    assert top.changed
    assert "/bin/true" in crontab()
    # Comments are nobody's business.
    other.write_text("# hands off\n" + crontab())
    batou.utils.cmd(f"crontab {other}")
    top = tab(deployment, *parts())
    top.deploy()
    assert not top.changed


def test_a_purged_crontab_removes_all_jobs(deployment, crontab):
    tab(deployment, CronJob("/bin/true", timing="@daily"), CronTab()).deploy()
    tab(deployment, PurgeCronTab()).deploy()
    assert crontab().strip().startswith("#") and "/bin/true" not in crontab()
    top = tab(deployment, PurgeCronTab())
    top.deploy()
    assert not top.changed


def test_a_prediction_neither_writes_nor_installs(deployment, crontab, tmp_path):
    top = tab(deployment, CronJob("/bin/true", timing="@daily"), CronTab())
    top.deploy(predict_only=True)
    assert top.changed
    assert crontab() == ""
    assert (tmp_path / "calls").read_text() == "-l\n"


def test_a_job_that_cron_does_not_understand_is_an_error(deployment, crontab):
    top = tab(deployment, CronJob("/bin/true", timing="99 * * * *"), CronTab())
    with pytest.raises(batou.utils.CmdExecutionError) as error:
        top.deploy()
    assert "bad minute" in error.value.stderr
    assert crontab() == ""


def test_without_the_program_installing_fails(deployment, monkeypatch, tmp_path):
    top = tab(deployment, CronJob("/bin/true", timing="@daily"), CronTab())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(batou.utils.CmdExecutionError) as error:
        top.deploy()
    assert error.value.returncode == 127


def test_elsewhere_the_file_is_only_written(deployment, crontab):
    top = tab(deployment, CronJob("/bin/true", timing="@daily"), CronTab(), platform=None)
    top.deploy()
    assert crontab() == ""
    assert [type(part) for part in top._.sub_components] == [File]


def test_jobs_are_sorted_by_what_they_run(deployment):
    jobs = [CronJob("b", timing="1"), CronJob("a", args="z", timing="2"), CronJob("a", args="y", timing="3")]
    top = deployment.holding(*jobs, CronTab())
    assert [job.format() for job in top._.jobs] == ["3 a y", "2 a z", "1 b "]


def test_a_job_needs_a_timing():
    with pytest.raises(ValueError, match="/bin/true.*timing"):
        CronJob("/bin/true").format()
    assert CronJob("run", timing="@daily", logger="mine").format() == "@daily run  2>&1 | logger -t mine"


def test_comments_are_lines_that_start_with_one():
    assert ignore_comments(b"# a\nb\n # c\n\nd\n") == b"b\n # c\n\nd"
    with pytest.raises(TypeError):
        ignore_comments("text")


def test_updates_can_be_replaced(deployment):
    class Own(InstallCrontab):
        def update(self):
            self.done = True

    def configure(self):
        self.crontab = File("crontab", content="@daily x\n")
        self += self.crontab
        self += Own()

    top = deployment.top(configure)
    top.deploy(predict_only=False)
    assert top._.done
