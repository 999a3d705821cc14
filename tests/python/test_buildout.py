import os

import pytest

from batou.lib.buildout import Buildout, safe_environment
from batou.lib.file import File


def test_variables_hold_inside_only_and_may_name_others(monkeypatch):
    monkeypatch.setenv("KNOWN", "known")
    monkeypatch.delenv("FRESH", raising=False)
    given = {"KNOWN": "{KNOWN}:more", "FRESH": "{FRESH}fresh"}
    for _ in range(2):
        with safe_environment(given):
            assert (os.environ["KNOWN"], os.environ["FRESH"]) == ("known:more", "fresh")
        assert os.environ["KNOWN"] == "known"
        assert "FRESH" not in os.environ
    assert given == {"KNOWN": "{KNOWN}:more", "FRESH": "{FRESH}fresh"}


def test_variables_are_restored_after_an_error():
    with pytest.raises(ValueError):
        with safe_environment({"FRESH": "x"}):
            raise ValueError
    assert "FRESH" not in os.environ


@pytest.mark.parametrize("kind", [list, tuple])
def test_configurations_may_be_any_sequence_and_stay_as_they_were_given(deployment, kind):
    config = kind([File("buildout.cfg", content="")])
    additional = kind([File("more.cfg", content="")])
    buildout = Buildout(python="3", version="3.0.1", setuptools="68.0.0", config=config, additional_config=additional)
    deployment.holding(buildout)
    assert len(config) == 1
    assert [os.path.basename(part.path) for part in buildout.config] == ["buildout.cfg", "more.cfg"]
