import os

import pytest

import batou
from batou.component import Component
from batou.lib.file import BinaryFile, Content, File, Group, Mode, Owner, Presence, Symlink, ensure_path_nonexistent
from observing import GROUP, USER, again, changed, permissions


# ensure_path_nonexistent


def test_ensure_path_nonexistent(tmp_path):
    ensure_path_nonexistent(str(tmp_path / "missing"))
    (tmp_path / "file").write_text("x")
    (tmp_path / "tree" / "below").mkdir(parents=True)
    (tmp_path / "kept").write_text("x")
    (tmp_path / "link").symlink_to("kept")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("file", "tree", "link", "dangling"):
        ensure_path_nonexistent(str(tmp_path / name))
    assert os.listdir(tmp_path) == ["kept"]


# File: content


def test_a_file_with_content(deployment, work):
    file = File("a.cfg", content="{{host.name}} {{component._breadcrumb}}\n")
    top = deployment.deploy(file)
    assert (work / "a.cfg").read_text() == "web Top\n"
    assert file.content == b"web Top\n"
    assert file.path == str(work / "a.cfg")
    assert file._unmapped_path == "a.cfg"
    assert again(top) == []


def test_parts_of_a_file_are_in_order(deployment):
    file = File("a", content="x", mode=0o600, owner=USER, group=GROUP)
    deployment.holding(file)
    assert [type(part) for part in file.sub_components] == [Presence, Mode, Content, Owner, Group]


def test_a_source_is_relative_to_the_definition(deployment, work):
    (deployment.definitions / "source.txt").write_text("{{host.name}}\n")
    file = File("a", source="source.txt")
    deployment.deploy(file)
    assert (work / "a").read_text() == "web\n"


def test_a_source_may_be_a_path_object(deployment, work):
    source = deployment.path / "source.txt"
    source.write_text("x")
    deployment.deploy(File("a", source=source), Content("a", source=source))
    assert (work / "a").read_text() == "x"


def test_the_target_may_be_a_path_object(deployment, work):
    deployment.deploy(File(work / "a", content="x"))
    assert (work / "a").read_text() == "x"


def test_the_source_is_guessed_from_the_name(deployment, work):
    (deployment.definitions / "a.cfg").write_text("guessed")
    file = File("etc/a.cfg", leading=True)
    deployment.deploy(file)
    assert (work / "etc/a.cfg").read_text() == "guessed"
    assert file.source == str(deployment.definitions / "a.cfg")


def test_a_guess_that_fails_says_what_was_expected(deployment):
    with pytest.raises(ValueError) as error:
        deployment.holding(File("etc/a.cfg"))
    assert str(deployment.definitions / "a.cfg") in str(error.value)
    assert "File('etc/a.cfg', content='')" in str(error.value)


def test_empty_content_makes_an_empty_file_and_keeps_old_text(deployment, work):
    (work / "old").write_text("old")
    top = deployment.deploy(File("new", content=""), File("old", content=""))
    assert (work / "new").read_text() == ""
    assert (work / "old").read_text() == "old"
    assert again(top) == []


def test_content_and_source_together_are_refused(deployment):
    with pytest.raises(ValueError, match="source"):
        deployment.holding(File("a", content="x", source="y"))


def test_without_template(deployment, work):
    deployment.deploy(File("a", content="{{nothing}}", is_template=False))
    assert (work / "a").read_text() == "{{nothing}}"


def test_template_context_and_arguments(deployment, work):
    class Other(Component):
        colour = "red"

    other = Other()
    deployment.deploy(
        other,
        File("a", content="{{component.colour}} {{args.x}} {{args['x']}}", template_context=other, template_args={"x": 1}),
    )
    assert (work / "a").read_text() == "red 1 1"


def test_template_arguments_are_no_names_of_their_own(deployment):
    with pytest.raises(batou.TemplatingError):
        deployment.holding(File("a", content="{{x}}", template_args={"x": 1}))


def test_template_errors_name_the_component(deployment):
    with pytest.raises(batou.TemplatingError, match="'nothing' is undefined"):
        deployment.holding(File("a", content="{{nothing}}"))


def test_a_source_made_by_an_earlier_component_is_rendered_later(deployment, work):
    first = File("first", content="{{ '{{host.name}}' }}\n")
    second = File("second", source=str(work / "first"))
    top = deployment.holding(first, second)
    assert second.content is None
    top.deploy(predict_only=True)
    assert second.changed
    assert not (work / "second").exists()
    top.deploy()
    assert (work / "second").read_text() == "web\n"
    assert again(top) == []


def test_a_source_that_never_comes_is_an_error_with_its_name(deployment, work):
    top = deployment.holding(File("a", source="missing.txt"))
    with pytest.raises(FileNotFoundError) as error:
        top.deploy()
    assert str(deployment.definitions / "missing.txt") in str(error.value)


# File: encodings


def test_an_encoding(deployment, work):
    (deployment.definitions / "s").write_bytes("Grüße\n".encode("latin-1"))
    deployment.deploy(File("a", source="s", encoding="latin-1"), File("b", content="ü{{host.name}}", encoding="utf-16-le"))
    assert (work / "a").read_bytes() == b"Gr\xfc\xdfe\n"
    assert (work / "b").read_bytes() == "üweb".encode("utf-16-le")


def test_what_cannot_be_decoded_or_encoded(deployment):
    (deployment.definitions / "s").write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        deployment.holding(File("a", source="s"))
    with pytest.raises(UnicodeEncodeError):
        deployment.holding(File("a", content="ü", encoding="ascii"))


def test_line_ends_become_newlines(deployment, work):
    (deployment.definitions / "s").write_bytes(b"a\r\nb\rc\n")
    deployment.deploy(
        File("template", source="s"),
        File("plain", source="s", is_template=False),
        File("content", content="a\r\nb\rc\n"),
    )
    for name in ("template", "plain", "content"):
        assert (work / name).read_bytes() == b"a\nb\nc\n"


def test_bytes_are_left_alone_if_they_are_no_template(deployment, work):
    (deployment.definitions / "s").write_bytes(b"\xff\r\n{{x}}")
    deployment.deploy(
        File("a", content=b"a\r\n", is_template=False),
        BinaryFile("b", content=b"\xff\r\n"),
        BinaryFile("c", source="s"),
        File("d", source="s", encoding=None, is_template=False),
    )
    assert (work / "a").read_bytes() == b"a\r\n"
    assert (work / "b").read_bytes() == b"\xff\r\n"
    for name in ("c", "d"):
        assert (work / name).read_bytes() == b"\xff\r\n{{x}}"


def test_bytes_are_decoded_for_templates(deployment, work):
    deployment.deploy(File("a", content="ü {{host.name}}".encode()))
    assert (work / "a").read_bytes() == "ü web".encode()


def test_text_without_encoding_is_refused_at_once(deployment):
    with pytest.raises(ValueError, match="bytes"):
        deployment.holding(BinaryFile("a", content="text"))


def test_bytes_without_encoding_are_no_template(deployment):
    with pytest.raises(batou.TemplatingError):
        deployment.holding(File("a", content=b"x", encoding=None))


# File: what is in the way


def test_a_directory_in_the_way_is_replaced(deployment, work):
    (work / "a" / "below").mkdir(parents=True)
    deployment.deploy(File("a", content="x"))
    assert (work / "a").read_text() == "x"


def test_a_dangling_link_in_the_way_is_replaced(deployment, work):
    (work / "a").symlink_to("nowhere")
    deployment.deploy(File("a", content="x"))
    assert not (work / "a").is_symlink()
    assert not (work / "nowhere").exists()


def test_a_link_to_a_file_is_followed_and_kept(deployment, work):
    (work / "real").write_text("old")
    (work / "a").symlink_to("real")
    deployment.deploy(File("a", content="new"))
    assert (work / "a").is_symlink()
    assert (work / "real").read_text() == "new"


def test_leading_directories_are_made_on_demand_only(deployment, work):
    deployment.deploy(File("deep/er/a", content="x", leading=True))
    assert (work / "deep/er/a").read_text() == "x"
    with pytest.raises(FileNotFoundError):
        deployment.deploy(File("other/a", content="x"))


def test_predicting_changes_nothing(deployment, work):
    (work / "old").write_text("old")
    top = deployment.holding(File("a", content="x", mode=0o600), File("old", content="new"), File("d", ensure="directory"))
    top.deploy(predict_only=True)
    assert top.changed
    assert os.listdir(work) == ["old"]
    assert (work / "old").read_text() == "old"


# File: directories and links


def test_ensure_directory(deployment, work):
    (work / "b").write_text("in the way")
    top = deployment.deploy(File("a", ensure="directory", mode=0o700), File("b", ensure="directory"))
    assert (work / "a").is_dir() and (work / "b").is_dir()
    assert permissions(work / "a") == 0o700
    assert again(top) == []


def test_ensure_symlink(deployment, work):
    file = File("link", ensure="symlink", link_to="target")
    top = deployment.deploy(file)
    assert os.readlink(work / "link") == str(work / "target")
    assert type(file._) is Symlink
    assert again(top) == []


def test_an_unknown_kind_is_refused(deployment):
    with pytest.raises(ValueError, match="socket"):
        deployment.holding(File("a", ensure="socket"))


# File: mode and owner


def test_mode_and_owner(deployment, work):
    top = deployment.deploy(File("a", content="x", mode=0o640, owner=USER, group=GROUP))
    assert permissions(work / "a") == 0o640
    assert again(top) == []
    os.chmod(work / "a", 0o777)
    assert again(top) == ["Mode"]
    assert permissions(work / "a") == 0o640


def test_a_file_without_permissions(deployment, work):
    deployment.deploy(File("a", content="x", mode=0))
    assert permissions(work / "a") == 0


def test_numbers_of_accounts(deployment, work):
    top = deployment.deploy(File("a", content="x", owner=os.getuid(), group=os.getgid()))
    assert [type(part) for part in top._.sub_components][-2:] == [Owner, Group]
    assert again(top) == []


def test_existing_permissions_are_kept_when_content_changes(deployment, work):
    (work / "a").write_text("old")
    os.chmod(work / "a", 0o604)
    deployment.deploy(File("a", content="new"))
    assert permissions(work / "a") == 0o604


def test_unknown_accounts_are_errors(deployment, work):
    for settings in ({"owner": "nobody-of-that-name"}, {"group": "nobody-of-that-name"}):
        with pytest.raises(KeyError, match="nobody-of-that-name"):
            deployment.deploy(File("a", content="x", **settings))


def test_unknown_accounts_count_as_changes_when_predicting(deployment, work):
    (work / "a").write_text("x")
    top = deployment.holding(File("a", content="x", owner="nobody-of-that-name"))
    top.deploy(predict_only=True)
    assert changed(top) == ["Owner"]
