"""What other tools see of a component, and Python's own ways to define, copy and decorate one."""

import abc
import copy
import dataclasses
import functools
import inspect
import os
import subprocess
import sys

import pytest

import batou
from batou.component import Attribute, Component, ConfigString, HookComponent, RootComponent, handle_event


class Part(Component):
    namevar = "name"
    size = Attribute(int, 1)


def public_members(owner):
    return {name: value for name, value in inspect.getmembers(owner) if not name.startswith("_")}


# What members there are


def test_members_are_listed_once(deployment):
    names = [name for name, _ in inspect.getmembers(deployment.top())]
    assert len(names) == len(set(names))


def test_any_object_lists_its_names_once():
    class Thing:
        value = 1

    thing = Thing()
    thing.value = 2
    assert [name for name in dir(thing) if not name.startswith("__")] == ["value"]
    assert [value for name, value in inspect.getmembers(thing) if name == "value"] == [2]


def test_public_members_that_are_no_methods(deployment):
    members = {name for name, value in public_members(deployment.top()).items() if not callable(value)}
    assert members == {
        "changed",
        "defdir",
        "environment",
        "host",
        "namevar",
        "namevar_for_breadcrumb",
        "parent",
        "recursive_sub_components",
        "root",
        "sub_components",
        "timer",
        "workdir",
    }


@pytest.mark.parametrize("name", ["root", "defdir", "host", "environment", "recursive_sub_components", "namevar_for_breadcrumb"])
def test_what_depends_on_the_place_is_a_property_without_setter(deployment, name):
    assert isinstance(getattr(Component, name), property)
    with pytest.raises(AttributeError, match=f"property '{name}' of '.*Top' object has no setter"):
        setattr(deployment.top(), name, "other")


@pytest.mark.parametrize("owner, names", [(Component, {"changed", "namevar", "workdir"}), (RootComponent, {"ignore"})])
def test_public_class_attributes_that_are_no_methods_and_no_properties(owner, names):
    plain = {name for name, value in public_members(owner).items() if not callable(value) and not isinstance(value, property)}
    assert plain == names


def test_the_key_of_a_hook_is_defined_by_subclasses_only():
    assert not hasattr(HookComponent, "key")
    with pytest.raises(ValueError, match="key"):
        HookComponent(key="hooks")


@pytest.mark.parametrize("name", ["timer", "_event_handlers", "_platform_component"])
def test_what_the_model_keeps_for_itself_is_no_keyword(name):
    with pytest.raises(ValueError, match=name):
        Part("a", **{name: 1})


def test_a_definition_may_have_its_own_timer_as_keyword():
    class Alarm(Component):
        timer = None

    assert Alarm(timer="10m").timer == "10m"


def test_the_definition_directory_may_be_another(deployment, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "text").write_text("found")

    class Elsewhere(Component):
        defdir = str(tmp_path / "elsewhere")

        def configure(self):
            with open("text") as text:
                self.text = text.read()

    assert deployment.prepare(Elsewhere).text == "found"


# Ways to define and copy a component


def test_abstract_classes_are_refused():
    class Abstract(Component, metaclass=abc.ABCMeta):
        @abc.abstractmethod
        def command(self):
            """What is run."""

    class Complete(Abstract):
        def command(self):
            return "true"

    with pytest.raises(TypeError, match="Can't instantiate abstract class Abstract with abstract method command"):
        Abstract()
    assert Complete().command() == "true"


def test_a_component_may_do_without_the_constructor_of_components(deployment):
    @dataclasses.dataclass(eq=False)
    class Data(Component):
        size: int = 5

        def verify(self):
            raise batou.UpdateNeeded()

    data = Data(6)
    deployment.deploy(data)
    assert data.size == 6
    assert data.changed


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_component_can_be_copied_before_it_is_added(deployment, duplicate):
    first = Part("a", size=5)
    second = duplicate(first)
    deployment.holding(first, second)
    assert first is not second
    assert (second.name, second.size) == ("a", 5)
    first.size = 6
    assert second.size == 5


def test_the_platform_part_may_come_from_an_own_lookup(deployment):
    class Choosing(Component):
        def _get_platform(self):
            return Part("chosen")

    thing = deployment.prepare(Choosing)
    assert [part.name for part in thing.sub_components] == ["chosen"]
    assert thing._platform_component is thing.sub_components[0]


def test_the_lookup_of_the_platform_gives_a_component(deployment):
    class Thing(Component):
        pass

    class OnTest(Component):
        pass

    Thing._add_platform("test", OnTest)
    deployment.host.platform = "test"
    assert isinstance(deployment.prepare(Thing)._get_platform(), OnTest)


# Derived attributes


class Doubling(Attribute):
    def __set__(self, instance, value):
        super().__set__(instance, value * 2)


class Doubled(Component):
    plain = Doubling(int, 2)
    configured = Doubling(int, ConfigString("3"))
    given = Doubling(int, 0)


def test_the_setter_of_a_derived_attribute_sees_every_value(deployment):
    part = Doubled(given=4)
    deployment.holding(part)
    assert (part.plain, part.configured, part.given) == (4, 6, 8)
    assert part.plain == 4
    part.plain = 5
    assert part.plain == 10


def test_the_setter_of_a_derived_attribute_sees_overrides(deployment):
    assert deployment.prepare(Doubled, overrides={"plain": "7"}).plain == 14


# What is evaluated after `configure`


def test_cached_properties_are_evaluated_after_configure(deployment):
    class Thing(Component):
        size = 1

        @functools.cached_property
        def seen(self):
            return self.size

        def configure(self):
            self.size = 2

    thing = deployment.prepare(Thing)
    thing.size = 3
    assert thing.seen == 2


def test_a_property_that_ends_the_program_does_so(deployment):
    class Ending(Component):
        @property
        def ending(self):
            raise KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        deployment.prepare(Ending)


# Events


def test_a_function_of_the_instance_handles_events(deployment):
    calls = []

    class Changing(Component):
        def verify(self):
            raise batou.UpdateNeeded()

    listening = Part("listening")
    listening.handler = handle_event("before-update", "*")(lambda source: calls.append(source._breadcrumb))
    deployment.deploy(Changing(), listening)
    assert calls == ["Changing"]


def test_a_function_of_the_instance_takes_the_place_of_a_handler(deployment):
    calls = []

    class Changing(Component):
        def verify(self):
            raise batou.UpdateNeeded()

    class Listening(Component):
        @handle_event("before-update", "*")
        def handler(self, source):
            calls.append("class")

    silent = Listening()
    silent.handler = lambda source: calls.append("instance")
    deployment.deploy(Changing(), silent)
    assert calls == []


# Ways to define `verify`


def decorated(function):
    @functools.wraps(function)
    def wrapper(*args, **kw):
        return function(*args, **kw)

    return wrapper


class Callable:
    def __call__(self, predicting=None):
        self.predicting = predicting


def test_a_decorated_verify_takes_what_stands_behind_the_decorator(deployment):
    calls = []

    class Plain(Component):
        @decorated
        def verify(self):
            calls.append("plain")

    class Predicting(Component):
        @decorated
        def verify(self, predicting):
            calls.append(predicting)

    deployment.deploy(Plain(), Predicting())
    assert calls == ["plain", False]


def test_verify_may_be_any_callable(deployment):
    calls = []
    called = Callable()

    class Partial(Component):
        verify = functools.partialmethod(lambda self, text, predicting: calls.append((text, predicting)), "text")

    class Object(Component):
        verify = called

    deployment.deploy(Partial(), Object())
    assert calls == [("text", False)]
    assert called.predicting is False


def test_verify_that_is_none_is_an_error(deployment):
    class Wrong(Component):
        verify = None

    with pytest.raises(TypeError, match="None"):
        deployment.prepare(Wrong).deploy()


# Output


def test_what_was_kept_back_is_dropped_if_the_component_stays_silent(deployment, printed):
    class Talking(Component):
        def verify(self):
            batou.output.buffer("line", "kept back")

    deployment.deploy(Talking())
    batou.output.line("after")
    assert printed.output == "after\n"


def test_what_was_kept_back_is_shown_before_other_lines(deployment, printed):
    class Talking(Component):
        def verify(self):
            batou.output.buffer("line", "kept back")
            batou.output.line("spoken")

    deployment.deploy(Talking())
    assert printed.output == "🚀 web: Top > Talking\nkept back\nspoken\n"


def test_percent_signs_in_messages(deployment, printed):
    root = deployment.top().root
    root.log("%d%%", 5)
    root.log("50%%")
    root.log("100%")
    assert printed.output == "web: 5%\nweb: 50%\nweb: 100%\n"
    with pytest.raises(TypeError):
        root.log("%s and %s", "one")


def test_template_variables_of_a_definition(deployment):
    class Thing(Component):
        def _template_args(self, component=None, **kw):
            return {**super()._template_args(component, **kw), "colour": "red"}

    thing = deployment.prepare(Thing)
    assert thing.expand("{{colour}} {{host.name}} {{size}}", size=5) == "red web 5"


# Where a definition's own `deploy` begins, and what it can import


def test_an_own_deploy_begins_where_the_program_is(deployment):
    places = []

    class Own(Component):
        def deploy(self, predict_only=False):
            places.append(os.getcwd())

    before = os.getcwd()
    deployment.deploy(Part("before"), Own(), Part("after"))
    assert places == [before]
    assert os.getcwd() == before


def test_packages_of_the_project_are_found(tmp_path):
    files = {
        "environments/test/environment.cfg": "[environment]\nconnect_method = local\n[hosts]\nlocalhost = service\n",
        "batou_scm/__init__.py": "NAME = 'of the project'",
        "components/service/component.py": "from batou.component import Component\n"
        "from batou.lib.file import File\n"
        "import batou_scm\n"
        "class Service(Component):\n"
        "    def configure(self):\n"
        "        import beside\n"
        "        self += File('text', content=batou_scm.NAME + beside.NAME)\n",
        "components/service/beside.py": "NAME = ' and beside'",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    run = subprocess.run([sys.executable, "local", "test"], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert (tmp_path / "work/service/text").read_text() == "of the project and beside"


def test_what_can_be_called_is_a_method_to_those_who_look_at_members(deployment):
    import inspect

    class Plain(Component):
        number = 7

    component = Plain()
    deployment.holding(component)
    others = {
        name
        for name, value in inspect.getmembers(component)
        if callable(value) and not name.startswith("_") and not inspect.ismethod(value) and not inspect.isclass(value)
    }
    assert others == set()
    assert list(inspect.signature(component.deploy).parameters) == ["predict_only"]
