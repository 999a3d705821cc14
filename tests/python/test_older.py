"""Definitions that are written for batou before 2.3, in projects that say so."""

import json
import os

import pytest

import batou
import batou.component
from batou import utils
from batou.component import Attribute, Component
from batou.environment import Environment
from batou.host import Host

OLD_FILE = "environments/dev.cfg"
NEW_FILE = "environments/dev/environment.cfg"


@pytest.fixture(autouse=True)
def nothing_stays_adapted():
    before = os.getcwd()
    yield
    os.chdir(before)
    from batou import _older

    _older.restore()
    utils.Address.require_v4, utils.Address.require_v6 = True, False


class Project:
    def __init__(self, path):
        self.path = path

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def load(self, component="", place=OLD_FILE, state=None, environment="", hosts="web = thing"):
        self.write("components/thing/component.py", component)
        self.write(place, f"[environment]\nconnect_method = local\n{environment}\n[hosts]\n{hosts}\n")
        if state is not None:
            self.write(".batou.json", json.dumps(state))
        loaded = Environment("dev", basedir=str(self.path))
        loaded.load()
        return loaded

    def configured(self, component, **settings):
        """The component of the host `web`; fails on any error."""
        environment = self.load(component, **settings)
        assert list(map(str, environment.exceptions)) == []
        assert list(map(str, environment.configure())) == []
        return environment.root_components[0].component

    def complaint(self, component, **settings):
        environment = self.load(component, **settings)
        assert environment.exceptions
        return environment.exceptions[0]


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


ATTRIBUTES = """
from batou.component import Attribute, Component
from batou.utils import Address

class Part(Component):
    number = Attribute(int, "1")

class Thing(Component):
    name = "n"
    address = Attribute(Address, "{{host.fqdn}}:9000")
    literal = Attribute("literal", "True")
    text = Attribute(str, "{{component.name}}")
    path = Attribute(str, "relative", map=True)
    typed = Attribute(int, 5)
    none = Attribute(default=None)

    def configure(self):
        self.part = Part(number="7")
        self += self.part
        self.default_part = Part()
        self += self.default_part
"""


# When


@pytest.mark.parametrize(
    "place, state, is_older",
    [
        (OLD_FILE, None, True),
        (NEW_FILE, None, False),
        (OLD_FILE, {"migration": {"version": 2400}}, False),
        (NEW_FILE, {"migration": {"version": 2301}}, True),
        (NEW_FILE, {"migration": {"version": 2302}}, False),
        (NEW_FILE, {"migration": {"version": 2400}, "definitions": {"version": "1.13"}}, True),
        (OLD_FILE, {"definitions": {"version": "2.7"}}, False),
    ],
)
def test_migrations_and_layout_tell_how_texts_in_attributes_are_meant(project, place, state, is_older):
    component = "from batou.component import *\nclass Thing(Component):\n    number = Attribute(int, '1')\n"
    assert project.configured(component, place=place, state=state).number == (1 if is_older else "1")


def test_next_project_of_a_process_is_not_affected(project, tmp_path):
    project.load()
    Project(tmp_path / "next").load(place=NEW_FILE)
    assert "__getattr__" not in vars(Component)
    assert not Attribute.texts_are_evaluated
    assert vars(Host)["name"].fget.__module__ == "batou.host"
    assert "add_host" not in vars(Environment)


def test_state_that_is_no_json_is_an_error_with_a_remedy(project):
    project.write(".batou.json", "{")
    error = project.complaint("")
    assert ".batou.json" in str(error) and "not a JSON document" in str(error)
    assert "restore the file" in error.hint


def test_version_that_is_none_is_an_error_with_a_remedy(project):
    error = project.complaint("", state={"definitions": {"version": "old"}})
    assert 'definitions.version is "old"' in str(error)
    assert "1.13" in error.hint


# Attributes


def test_texts_are_expanded_mapped_and_converted(project):
    thing = project.configured(ATTRIBUTES, environment="host_domain = example.com")
    assert str(thing.address) == "web.example.com:9000"
    assert thing.literal is True
    assert thing.text == "n"
    assert thing.path == os.path.join(thing.workdir, "relative")
    assert (thing.typed, thing.none) == (5, None)
    assert (thing.part.number, thing.default_part.number) == (7, 1)


def test_assigned_texts_are_converted_and_other_values_are_not(project):
    thing = project.configured(ATTRIBUTES)
    thing.typed = "{{ 2 * 21 }}"
    assert thing.typed == 42
    thing.typed = [1]
    assert thing.typed == [1]


def test_overrides_are_expanded_once(project):
    project.write("components/other/component.py", "")
    component = ATTRIBUTES.replace('name = "n"', 'name = "{{ 1 }}"')
    thing = project.configured(component, hosts="web = thing\n[component:thing]\ntext = {{component.name}}\ntyped = 8")
    assert thing.text == "{{ 1 }}"
    assert thing.typed == 8


def test_text_that_does_not_convert_names_the_attribute(project):
    environment = project.load(ATTRIBUTES.replace('number="7"', 'number="seven"'))
    errors = environment.configure()
    assert [type(error).__name__ for error in errors][:1] == ["ConversionError"]
    assert errors[0].key == "number"


def test_attributes_of_the_library_keep_what_they_are_given(project):
    component = "from batou.component import *\nfrom batou.lib.file import File\nclass Thing(Component):\n"
    component += "    def configure(self):\n        self += File('a', content='{{x}}', is_template=False)\n"
    thing = project.configured(component)
    assert thing._.content in ("{{x}}", b"{{x}}")


# The service


def test_service_is_the_project(project):
    component = "from batou import Component\nclass Thing(Component):\n    def configure(self):\n"
    component += "        self.seen = self.service.base, self.environment.service.base, self.expand('{{service.base}}')\n"
    thing = project.configured(component)
    assert thing.seen == (str(project.path),) * 3
    assert list(thing.service.components) == ["thing"]
    assert list(thing.service.environments) == ["dev"]


def test_service_of_a_component_itself_comes_first(project):
    component = "from batou import Component\nclass Thing(Component):\n    service = 'own'\n"
    assert project.configured(component).service == "own"


def test_missing_attribute_is_still_an_attribute_error(project):
    thing = project.configured("from batou import Component\nclass Thing(Component):\n    pass\n")
    with pytest.raises(AttributeError, match="'Thing' object has no attribute 'nothing'"):
        thing.nothing
    assert not hasattr(thing, "nothing")


def test_error_inside_a_property_keeps_its_text(project):
    component = "from batou import Component\nclass Thing(Component):\n    @property\n    def broken(self):\n        return None.inner\n"
    thing = project.configured(component)
    with pytest.raises(AttributeError, match="inner"):
        thing.broken


def test_current_projects_have_no_service(project):
    component = "from batou import Component\nclass Thing(Component):\n    def configure(self):\n"
    component += "        self.seen = hasattr(self, 'service'), hasattr(self.environment, 'service')\n"
    thing = project.configured(component, place=NEW_FILE)
    assert thing.seen == (False, False)
    with pytest.raises(batou.TemplatingError):
        thing.expand("{{service}}")


# Hosts and addresses


def test_hosts_have_short_names_and_complete_ones(project):
    environment = project.load(environment="host_domain = example.com", hosts="web.example.com =\ndb =\nother.net =")
    names = [(host.name, host.fqdn) for host in environment.hosts.values()]
    assert names == [("web", "web.example.com"), ("db", "db.example.com"), ("other", "other.net.example.com")]
    for name in ("web", "web.example.com"):
        assert environment.get_host(name).name == "web"
    with pytest.raises(KeyError):
        environment.get_host("nobody")
    assert not (project.path / "environments/dev/hostmap.json").exists()


def test_hosts_that_would_be_called_the_same_keep_their_names(project):
    environment = project.load(hosts="web.one =\nweb.two =")
    assert [host.name for host in environment.hosts.values()] == ["web.one", "web.two"]


def test_addresses_may_have_a_v6_address(project, monkeypatch):
    project.load()

    def fail(host, port, v6):
        raise OSError("no such name")

    monkeypatch.setattr(utils._batou_net, "resolve", fail)
    assert utils.Address("web.invalid:80").listen_v6 is None


def test_environment_says_what_addresses_need(project):
    environment = project.load(environment="require_v6 = False")
    assert environment.require_v6 is False


def test_roots_in_order_and_hosts_by_name(project):
    component = "from batou.component import Component\nclass Thing(Component):\n    pass\n"
    environment = project.load(component, hosts="web = thing\ndb = thing")
    environment.configure()
    assert [root.host.name for root in environment.get_sorted_components()] == ["web", "db"]
    assert [root.host.name for root in environment.roots_in_order("db")] == ["db"]
    root = environment.get_root("thing", "db")
    assert environment.hosts["db"]["thing"] is root
    added = environment.add_host("new")
    added.add_component("thing")
    assert list(added.components) == ["thing"]
    assert environment.normalize_host_name("x") == "x"


# What only an explicit version switches on


def test_everything_before_1_0(project):
    component = """
import os
from batou import Component
here = os.getcwd()
class Thing(Component):
    def configure(self):
        self.seen = self.cmd("echo '{{x}}'")[0], self.expand("a\\n"), here, self.environment.service_user, self.environment.branch
"""
    thing = project.configured(component, state={"definitions": {"version": "0.2"}})
    import pwd

    user = pwd.getpwuid(os.getuid()).pw_name
    assert thing.seen == ("{{x}}\n", "a", str(project.path / "components/thing"), user, "default")


def test_nothing_of_that_before_2_3(project):
    component = """
import os
from batou import Component
here = os.getcwd()
class Thing(Component):
    def configure(self):
        self.seen = self.cmd("echo '{{1}}'")[0], self.expand("a\\n"), here, self.environment.service_user, self.environment.branch
"""
    thing = project.configured(component)
    assert thing.seen == ("1\n", "a\n", os.getcwd(), None, None)


@pytest.mark.parametrize("version, function", [("1.13", "md5"), ("2.0", "sha512")])
def test_digest_that_is_meant(project, version, function):
    import hashlib

    project.write("file", "x")
    project.load(state={"definitions": {"version": version}})
    assert utils.hash(str(project.path / "file")) == hashlib.new(function, b"x").hexdigest()


# Always


def test_prepare_with_older_signatures(project):
    component = """
from batou.component import Component
class Last(Component):
    def prepare(self, root, parent):
        self.seen = root.name, type(parent).__name__
        super().prepare(root, parent)
class Inner(Component):
    def prepare(self, service, environment, host, root, parent):
        self.seen = service.base, environment.name, host.name, root.name, type(parent).__name__
        super().prepare(service, environment, host, root, parent)
    def configure(self):
        self += Last()
class Thing(Component):
    def prepare(self, root, parent, overrides):
        self.seen = root.name, parent, dict(overrides)
        super().prepare(root, parent, overrides)
    def configure(self):
        self.inner = Inner()
        self += self.inner
"""
    thing = project.configured(component, place=NEW_FILE)
    assert thing.seen == ("thing", None, {})
    assert thing.inner.seen == (str(project.path), "dev", "web", "thing", "Thing")
    assert thing.inner._.seen == ("thing", "Inner")
    assert thing.root.component is thing and thing.inner.parent is thing


def test_prepare_with_more_of_its_own_is_called_with_the_parent(project):
    component = """
from batou.component import Component
class Thing(Component):
    def prepare(self, parent, more=1, *others, **named):
        self.seen = more, others, named
        super().prepare(parent)
"""
    assert project.configured(component, place=NEW_FILE).seen == (1, (), {})


def test_prepare_that_nobody_called_so_is_an_error(project):
    component = "from batou.component import Component\nclass Thing(Component):\n    def prepare(self, a, b, c, d):\n        pass\n"
    environment = project.load(component, place=NEW_FILE)
    assert "requires 4 arguments" in str(environment.configure()[0].exception_repr)


def test_platforms_by_their_public_names(project):
    component = """
from batou.component import Component
class Part(Component):
    pass
class Thing(Component):
    pass
Thing.add_platform("nix", Part)
"""
    thing = project.configured(component, environment="platform = nix")
    assert type(thing._).__name__ == "Part"
    assert type(thing.get_platform()) is type(thing._)


def test_own_get_platform_decides(project):
    component = """
from batou.component import Component
class Part(Component):
    pass
class Thing(Component):
    def get_platform(self):
        return Part if self._get_platform() is None else None
"""
    assert type(project.configured(component, place=NEW_FILE)._).__name__ == "Part"


def test_component_is_current_with_two_arguments(deployment):
    from batou.lib.file import File

    def configure(self):
        self.old, self.new = File("old", content=""), File("new", content="")
        self += self.old
        self += self.new

    top = deployment.top(configure)
    top.deploy()
    os.utime(top.old.path, (1, 1))
    top.assert_component_is_current(top.new, [top.old])
    with pytest.raises(batou.UpdateNeeded):
        top.assert_component_is_current(top.old, [top.new])
    with pytest.raises(batou.UpdateNeeded):
        top.assert_component_is_current(top.old, top.new)


def test_logger_prints(printed, monkeypatch):
    from batou.component import logger
    from batou.lib.file import logger as same

    assert logger is same
    logger.info("told %s", "once")
    logger.debug("not wanted")
    monkeypatch.setattr(batou.output, "enable_debug", True, raising=False)
    logger.debug("wanted")
    logger.warning("odd")
    logger.error("bad")
    assert printed.output == "told once\nwanted\n   WARN: odd\nERROR: bad\n"


def test_names_of_older_versions():
    assert batou.UnusedResource is batou.UnusedResources
    assert batou.Component is Component
    assert utils.Attribute is Attribute
    assert issubclass(batou.NonConvergingWorkingSet, Exception)
    assert str(Attribute(default_conf_string="x").default) == "x"
    with pytest.raises(TypeError):
        Attribute(default="x", default_conf_string="x")


def test_errors_take_positional_arguments(deployment):
    component = deployment.top()
    error = batou.ConfigurationError("wrong", component)
    assert (error.message, error.component_root_name, error.affected_hostname) == ("wrong", "thing", "web")
    assert str(batou.ConfigurationError("wrong")) == "wrong"


def test_environment_of_1_x(project):
    component = "from batou.component import Component\nclass Thing(Component):\n    pass\n"
    environment = project.load(component, environment="update_method = pull\nversion = 1\ndevelop = ../batou", place=NEW_FILE)
    assert environment.exceptions == []
    assert environment.update_method == "hg-pull"
    assert (environment.version, environment.develop) == (None, None)


def test_host_and_port_in_one_text_resolve():
    assert utils.resolve("127.0.0.1:80") == "127.0.0.1"


# Too old


@pytest.mark.parametrize(
    "code, place, remedy",
    [
        ("import os\nprint 'x'\n", 2, "write print('x'): print is a function"),
        ("raise ValueError, 'x'\n", 1, "write raise ValueError('x')"),
        ("mode = 0640\n", 1, "write 0o640"),
        ("x = 10L\n", 1, "no suffix L"),
        ("x = `1`\n", 1, "backquotes"),
        ("x = 1 <> 2\n", 1, "unequal is !="),
        ("exec 'x'\n", 1, "exec is a function"),
        ("import ConfigParser\n", 1, "ConfigParser is configparser today"),
        ("from urllib import quote\n", 1, "write urllib.parse.quote"),
        ("x = unicode('x')\n", 1, "write str"),
        ("{}.has_key('x')\n", 1, "has_key"),
        ("{}.keys()[0]\n", 1, "list(...)[...]"),
    ],
)
def test_python_2_is_named_with_its_remedy(project, code, place, remedy):
    error = project.complaint(code, place=NEW_FILE)
    assert isinstance(error, batou.ComponentLoadingError)
    assert remedy in error.excerpt and remedy in error.hint and "This is Python 2" in error.hint
    assert f"component.py\", line {place}" in error.traceback


def test_all_lines_of_python_2_come_in_one_error(project):
    error = project.complaint("print 'a'\nfor key, value in {}.iteritems():\n    raise ValueError, key\n", place=NEW_FILE)
    assert [line[:7] for line in error.excerpt.splitlines()] == ["   1 | ", "     | ", "   2 | ", "     | ", "   3 | ", "     | "]
    assert "change the 3 lines above" in error.hint


def test_a_caught_name_that_nothing_defines_is_refused_when_the_file_is_loaded(project):
    code = "def f():\n    try:\n        pass\n    except KeyError, error:\n        print(error)\n"
    error = project.complaint(code, place=NEW_FILE)
    assert "write except KeyError as error" in error.excerpt and "line 4" in error.exception_repr


def test_two_classes_may_be_caught_without_brackets(project):
    code = "from os import error\nfrom socket import *\ndef f():\n    try:\n        pass\n    except KeyError, error:\n        pass\n"
    code += "    except KeyError, gaierror:\n        pass\n    except KeyError, ValueError:\n        pass\n"
    environment = project.load(code, place=NEW_FILE)
    assert [type(error) for error in environment.exceptions] == [batou.MissingComponent]


def test_files_that_work_may_use_names_of_python_2(project):
    code = "try:\n    unicode\nexcept NameError:\n    unicode = str\ndef f():\n    return basestring\n"
    environment = project.load(code, place=NEW_FILE)
    assert [type(error) for error in environment.exceptions] == [batou.MissingComponent]


def test_python_2_that_shows_while_configuring_is_named_with_all_its_lines(project):
    code = (
        "from batou.component import Component\nclass Thing(Component):\n    def configure(self):\n"
        "        for key, value in {}.iteritems():\n            print(unicode(key))\n"
    )
    environment = project.load(code, place=NEW_FILE)
    error = environment.configure()[0]
    assert isinstance(error, batou.UnknownComponentConfigurationError)
    assert "write items()" in error.excerpt and "write str" in error.excerpt and "2 lines above" in error.hint


def test_a_module_of_python_2_is_named_instead_of_who_imports_it(project):
    (project.path / "components" / "demo").mkdir(parents=True, exist_ok=True)
    helper = project.path / "helper_of_python_2.py"
    helper.write_text("import os\nprint 'x'\n")
    code = f"import sys\nsys.path.insert(0, {str(project.path)!r})\nimport helper_of_python_2\n"
    error = project.complaint(code, place=NEW_FILE)
    assert "   2 | print 'x'" in error.excerpt and "helper_of_python_2.py" in error.traceback


@pytest.mark.parametrize(
    "code, word",
    [
        ("@step(1)\ndef f():\n    pass\n", "`step`"),
        ("from batou.component import Component, Hook\n", "`Hook`"),
        ("x = config_attr('a')\n", "`config_attr`"),
        ("class Thing(Component):\n    pass\n", "from batou.component import Component"),
    ],
)
def test_the_first_model_is_refused(project, code, word):
    error = project.complaint(code)
    assert word in error.hint and "batou 0.1" in error.hint


def test_hooks_of_the_first_model_are_refused_in_older_projects_only(project):
    code = "from batou.component import Component\nclass Thing(Component):\n    def setup_hooks(self):\n        pass\n"
    assert "Thing.setup_hooks belongs to the model of batou 0.1" in project.complaint(code).exception_repr
    assert Project(project.path / "new").load(code, place=NEW_FILE).exceptions == []


def test_other_mistakes_get_no_such_hint(project):
    for code in ("x = undefined_name\n", "import no_such_module\n", "x = (\n", "1 / 0\n"):
        assert project.complaint(code, place=NEW_FILE).hint is None
