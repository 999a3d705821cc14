"""The module configupdater that comes along."""

import copy

import pytest

TEXT = """\
# first

[server]  # the one
Port = 80
hosts =
    a
  # not b

    c
; about x
x: 1


[last]
   y=2
"""


def read(text, **settings):
    from configupdater import ConfigUpdater

    return ConfigUpdater(**settings).read_string(text)


@pytest.mark.parametrize("text", [TEXT, TEXT.rstrip("\n"), TEXT.replace("\n", "\r\n"), "", "# only\n", "[a]", "[a]\n\tb = 1\n\n   \n"])
def test_what_is_not_changed_stays_as_it_is(text, tmp_path):
    from configupdater import ConfigUpdater

    assert str(read(text)) == text
    path = tmp_path / "file.cfg"
    path.write_bytes(text.encode())
    ConfigUpdater().read(str(path)).update_file()
    assert path.read_bytes() == text.encode()


def test_values_are_read():
    document = read(TEXT)
    assert document.to_dict() == {"server": {"port": "80", "hosts": "\na\n# not b\n\nc", "x": "1"}, "last": {"y": "2"}}
    assert document.sections() == ["server", "last"] and document.options("server") == ["port", "hosts", "x"]
    assert (document["server"]["PORT"].value, document["server"]["port"].raw_key) == ("80", "Port")
    assert document["server"]["hosts"].as_list() == ["a", "# not b", "", "c"]
    assert document.has_option("server", "Port") and not document.has_option("nope", "x")
    assert document["server"].raw_comment == "  # the one"


def test_only_what_is_set_changes():
    document = read(TEXT)
    document["server"]["port"].value = "81"
    document["server"]["x"] = "2"
    document["last"]["new"] = "3"
    document.set("last", "y", "4")
    expected = TEXT.replace("Port = 80", "Port = 81").replace("x: 1", "x : 2").replace("   y=2\n", "y = 4\nnew = 3\n")
    assert str(document) == expected


def test_values_of_several_lines():
    from configupdater import AssignMultilineValueError

    document = read("[a]\nb = 1\nc = 2\n")
    document["a"]["b"].set_values(["x", "y"])
    document["a"]["c"].append("3", separator=", ")
    assert str(document) == "[a]\nb =\n    x\n    y\nc = 2, 3\n"
    document["a"]["b"].append("z")
    document["a"]["c"].set_values(["p", "q"], indent="\t")
    assert str(document) == "[a]\nb =\n    x\n    y\n    z\nc =\n\tp\n\tq\n"
    assert document["a"]["b"].value == "\nx\ny\nz"
    with pytest.raises(AssignMultilineValueError):
        document["a"]["b"].value = "1\n2"


def test_blocks_are_added_in_their_place():
    document = read("[a]\nb = 1\n[z]\n")
    document["a"]["b"].add_before.comment("about b").option("first", "0")
    document["a"]["b"].add_after.space(2).comment("; semicolon", comment_prefix=";").option("c", "2")
    document["z"].add_before.section("m").space()
    document["z"].add_after.comment("end")
    document.add_section("last")
    assert str(document) == (
        "[a]\n# about b\nfirst = 0\nb = 1\n\n\n; semicolon\nc = 2\n[m]\n\n[z]\n# end\n[last]\n"
    )
    assert document["m"].previous_block is document["a"] and document["a"].last_block is document["a"]["c"]
    assert document["a"].container_idx == 0 and document["a"].has_container()


def test_a_last_line_without_end_is_ended_before_something_is_added():
    document = read("[a]\nb=1")
    document["a"]["c"] = "2"
    assert str(document) == "[a]\nb=1\nc = 2\n"
    document = read("[a]")
    document.add_section("b")
    assert str(document) == "[a]\n[b]\n"


def test_parts_are_removed_and_moved():
    from configupdater import AlreadyAttachedError, NotAttachedError

    document, other = read(TEXT), read("[other]\nq = 1\n")
    assert document.remove_option("server", "x") and not document.remove_option("server", "x")
    with pytest.raises(AlreadyAttachedError):
        document.add_section(other["other"])
    document.add_section(other["other"].detach())
    del document["server"]
    assert str(document) == "# first\n\n[last]\n   y=2\n[other]\nq = 1\n" and str(other) == ""
    assert not document.remove_section("server")
    option = document["other"]["q"].detach()
    with pytest.raises(NotAttachedError):
        option.add_before
    document["last"].add_option(option)
    assert str(document["last"]) == "[last]\n   y=2\nq = 1\n"
    document.clear()
    assert str(document) == ""


def test_copies_are_independent():
    document = read(TEXT)
    other = copy.deepcopy(document)
    assert other == document
    other["last"]["y"] = "5"
    assert other != document and str(document) == TEXT


def test_what_does_not_exist_is_an_error():
    from configupdater import DuplicateSectionError, NoConfigFileReadError, NoOptionError, NoSectionError

    document = read(TEXT)
    for error, action in [
        (NoSectionError, lambda: document.get("nope", "x")),
        (NoSectionError, lambda: document.set("nope", "x", "1")),
        (NoOptionError, lambda: document.get("server", "nope")),
        (KeyError, lambda: document["nope"]),
        (KeyError, lambda: document["server"]["nope"]),
        (DuplicateSectionError, lambda: document.add_section("server")),
        (NoConfigFileReadError, document.update_file),
    ]:
        with pytest.raises(error):
            action()
    assert document.get("server", "nope", fallback="f") == "f" and document["server"].get("nope") is None


@pytest.mark.parametrize(
    "text, settings, error, line",
    [
        ("a = 1\n", {}, "MissingSectionHeaderError", 1),
        ("[a]\nb\n", {}, "ParsingError", 2),
        ("[a]\n[b]\n[a]\n", {}, "DuplicateSectionError", 3),
        ("[a]\nb = 1\nB = 2\n", {}, "DuplicateOptionError", 3),
        ("[a]\nb = 1\n\n  2\n", {"empty_lines_in_values": False}, "ParsingError", 4),
    ],
)
def test_wrong_files_name_the_line(text, settings, error, line):
    import configupdater

    with pytest.raises(getattr(configupdater, error)) as caught:
        read(text, **settings)
    assert str(line) in str(caught.value)


def test_settings():
    document = read("[a]\nb\nc : 1 # no\n", allow_no_value=True, delimiters=(":",), inline_comment_prefixes=("#",))
    assert document.to_dict() == {"a": {"b": None, "c": "1"}}
    document["a"]["d"] = "2"
    document["a"]["c"].value = None
    assert str(document) == "[a]\nb\nc\nd : 2\n"
    document = read("[a]\nb=1\n", space_around_delimiters=False)
    document["a"]["c"] = "2"
    assert str(document) == "[a]\nb=1\nc=2\n"
    assert read("[a]\nb=1\n[a]\nb=2\n", strict=False).sections() == ["a", "a"]


def test_nothing_is_written_that_cannot_be_read(tmp_path):
    from configupdater import ConfigUpdater, DuplicateSectionError

    path = tmp_path / "file.cfg"
    path.write_text("[a]\n[b]\n")
    document = ConfigUpdater().read(path)
    document["b"].name = "a"
    with pytest.raises(DuplicateSectionError):
        document.update_file()
    assert path.read_text() == "[a]\n[b]\n"
