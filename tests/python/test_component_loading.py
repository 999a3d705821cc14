import sys

import pytest

import batou
import batou.c
from batou.component import Component, ComponentDefinition, load_components_from_file


@pytest.fixture
def load(tmp_path):
    """Loads a component file with the given text, as the component of that name."""

    def write_and_load(text, name="thing"):
        directory = tmp_path / name
        directory.mkdir()
        path = directory / "component.py"
        path.write_text("from batou.component import Component\n" + text)
        return load_components_from_file(str(path))

    before = set(sys.modules)
    yield write_and_load
    for name in set(sys.modules) - before:
        if name.startswith("batou.c."):
            del sys.modules[name]
            delattr(batou.c, name.removeprefix("batou.c."))


def test_component_classes_are_registered_in_lower_case(load, tmp_path):
    definitions = load("class MyThing(Component):\n    pass\nclass _Hidden(Component):\n    pass\nclass Other:\n    pass\n")
    assert sorted(definitions) == ["_hidden", "mything"]
    definition = definitions["mything"]
    assert definition.factory.__name__ == "MyThing"
    assert definition.defdir == str(tmp_path / "thing")
    assert definition.filename == str(tmp_path / "thing" / "component.py")


def test_imported_component_classes_count(load):
    assert sorted(load("from batou.lib.file import File\n")) == ["file"]


def test_the_module_is_reachable_by_its_name(load):
    load("class Thing(Component):\n    pass\n", name="first")
    second = load("import batou.c\nfrom batou.c.first import Thing as Base\nclass Special(Base):\n    pass\n", name="second")
    assert issubclass(second["special"].factory, batou.c.first.Thing)
    assert batou.c.first.__name__ == "first"
    assert batou.c.first.Thing.__module__ == "first"


def test_the_module_is_reachable_even_if_it_fails(load):
    with pytest.raises(ZeroDivisionError):
        load("early = 1\n1 / 0\n", name="broken")
    assert batou.c.broken.early == 1


def test_two_classes_of_one_name_are_refused(load):
    with pytest.raises(batou.DuplicateComponent):
        load("class Thing(Component):\n    pass\nclass THING(Component):\n    pass\n")


def test_one_class_under_two_names_is_refused(load):
    with pytest.raises(batou.DuplicateComponent):
        load("class Thing(Component):\n    pass\nAlias = Thing\n")


def test_syntax_errors_name_the_file(load, tmp_path):
    with pytest.raises(SyntaxError) as error:
        load("class Thing(Component)\n")
    assert error.value.filename == str(tmp_path / "thing" / "component.py")
    assert error.value.lineno == 2


def test_a_definition_finds_its_file_itself():
    class Thing(Component):
        pass

    definition = ComponentDefinition(Thing)
    assert definition.name == "thing"
    assert definition.filename == __file__
    assert ComponentDefinition(Thing, "/a/component.py").defdir == "/a"
    assert ComponentDefinition(Thing, "/a/component.py", "/b").defdir == "/b"


def test_files_are_read_as_utf8_in_every_locale(tmp_path):
    """A static program has no locale but C, in which Python would read files as ASCII."""
    path = tmp_path / "umlaut.txt"
    path.write_bytes("Grüße\n".encode("utf-8"))
    with open(path) as file:
        assert file.read() == "Grüße\n"
