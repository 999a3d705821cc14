import pytest

from batou.lib.file import JSONContent, YAMLContent


def test_empty_data_are_data(deployment, work):
    deployment.deploy(JSONContent("object", data={}), JSONContent("zero", data=0), YAMLContent("list", data=[]), YAMLContent("no", data=False))
    assert (work / "object").read_text() == "{}"
    assert (work / "zero").read_text() == "0"
    assert (work / "list").read_text() == "[]\n"
    assert (work / "no").read_text() == "false\n...\n"


def test_both_layouts_stay_texts(deployment):
    content = JSONContent("a", data={"b": ["ü"]})
    deployment.holding(content)
    assert content.content_compact == '{"b":["\\u00fc"]}'
    assert content.content_readable == '{\n    "b": [\n        "\\u00fc"\n    ]\n}'
    assert content.content == content.content_readable.encode()


@pytest.mark.parametrize("kind", [JSONContent, YAMLContent])
def test_data_need_an_encoding(deployment, kind):
    with pytest.raises(ValueError, match="encoding"):
        deployment.holding(kind("a", data={"b": 1}, encoding=None))


@pytest.mark.parametrize(
    "kind, text, place",
    [
        (JSONContent, '{"a": 1,\n "b" 2}', "line 2, column 6"),
        (JSONContent, '["\\ud800"]', "line 1, column 3"),
        (YAMLContent, "a: 1\nb: [1, 2\nc: 3\n", "line 3"),
        (YAMLContent, "a: !unknown 1\n", "line 1, column 4"),
        (YAMLContent, "a: 2001-02-30\n", "line 1, column 4"),
        (YAMLContent, "a: 1\n---\nb: 2\n", "line 2, column 1"),
        (YAMLContent, "? [1]\n: 2\n", "line 1, column 3"),
        (YAMLContent, "a: \x01\n", "line 1, column 4"),
    ],
)
def test_errors_name_file_line_and_column(deployment, kind, text, place):
    source = deployment.definitions / "broken"
    source.write_text(text)
    with pytest.raises(ValueError) as error:
        deployment.holding(kind("a", source="broken"))
    assert str(source) in str(error.value)
    assert place in str(error.value)


@pytest.mark.parametrize("kind", [JSONContent, YAMLContent])
def test_a_value_without_a_form_is_named(deployment, kind):
    with pytest.raises(TypeError, match="type object"):
        deployment.holding(kind("a", data={"b": object()}))


def test_json_that_holds_itself_is_an_error(deployment):
    data = []
    data.append(data)
    with pytest.raises(ValueError, match="holds itself"):
        deployment.holding(JSONContent("a", data=data))


def test_a_source_may_appear_late(deployment, work):
    (work / "source.yaml").write_text("b: 1\n")
    content = YAMLContent("a", source=str(work / "made.yaml"), override={"c": 2})
    top = deployment.holding(content)
    assert content._delayed
    (work / "made.yaml").write_text("b: 1\n")
    top.deploy()
    assert (work / "a").read_text() == "b: 1\nc: 2\n"


def test_an_override_extends_one_of_two_places_of_a_list(deployment):
    shared = [1]
    content = JSONContent("a", data={"x": shared, "y": shared}, override={"x": [2]})
    deployment.holding(content)
    assert content.content_compact == '{"x":[1,2],"y":[1]}'
    assert shared == [1]
