import os

import pytest

import batou
from batou.lib.file import Directory, File, SyncDirectory
from observing import again


@pytest.fixture
def source(deployment):
    source = deployment.definitions / "source"
    (source / "below").mkdir(parents=True)
    (source / "a").write_text("a")
    (source / "below" / "b").write_text("b")
    return source


def test_a_directory_with_source_makes_way_and_leading_directories(deployment, work, source):
    (work / "file").write_text("x")
    top = deployment.deploy(Directory("file", source="source"), Directory("x/y/z", source="source", leading=True))
    assert (work / "file" / "below" / "b").read_text() == "b"
    assert (work / "x/y/z/a").read_text() == "a"
    assert again(top) == []


def test_a_missing_source_costs_nothing(deployment, work):
    (work / "file").write_text("kept")
    with pytest.raises(FileNotFoundError) as error:
        deployment.deploy(Directory("file", source="missing"))
    assert error.value.filename == str(deployment.definitions / "missing")
    assert (work / "file").read_text() == "kept"


def test_the_part_of_a_directory_copies(deployment, source):
    directory = Directory("target", source="source", exclude=("a",), verify_opts="-rcn", sync_opts="-a")
    deployment.holding(directory)
    part = directory._
    assert type(part) is SyncDirectory
    assert directory.sub_components == [part]
    assert (part.exclude, part.verify_opts, part.sync_opts) == (("a",), "-rcn", "-a")
    assert part.source == str(source)


def test_a_file_may_be_a_directory_with_source(deployment, work, source):
    deployment.deploy(File("target", ensure="directory", source="source"))
    assert sorted(os.listdir(work / "target")) == ["a", "below"]


def test_exclude_may_be_one_text(deployment, work, source):
    deployment.deploy(SyncDirectory("target", source="source", exclude="below"))
    assert os.listdir(work / "target") == ["a"]


def test_a_source_is_required(deployment):
    with pytest.raises(batou.ComponentUsageError) as error:
        deployment.holding(SyncDirectory("target"))
    assert error.value.message == "SyncDirectory requires a source to sync from."


@pytest.mark.parametrize(
    "options, named",
    [("-aH", "-H"), ("-r --chmod=a+r", "--chmod"), ("-r --unheard-of", "--unheard-of"), ("-r elsewhere", "elsewhere"), ("-l", "-r")],
)
@pytest.mark.parametrize("name", ["verify_opts", "sync_opts"])
def test_options_that_are_not_understood_are_refused(deployment, source, name, options, named):
    with pytest.raises(batou.ComponentUsageError) as error:
        deployment.holding(SyncDirectory("target", source="source", **{name: options}))
    assert f"{name}={options!r}" in error.value.message
    assert named in error.value.message


def test_nothing_is_removed_unless_asked(deployment, work, source):
    (work / "target").mkdir()
    (work / "target" / "own").write_text("x")
    deployment.deploy(SyncDirectory("target", source="source"))
    assert sorted(os.listdir(work / "target")) == ["a", "below", "own"]
    options = {"verify_opts": "-rcn --delete", "sync_opts": "-r --delete"}
    top = deployment.deploy(SyncDirectory("target", source="source", **options))
    assert sorted(os.listdir(work / "target")) == ["a", "below"]
    assert again(top) == []
