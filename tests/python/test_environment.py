import pytest

import batou
from batou import utils
from batou._output import TestBackend
from batou.environment import Config, ConfigSection, Environment, UnknownEnvironmentError, parse_host_components
from batou.host import Host, LocalHost, parse_literal

LOCAL = "[environment]\nconnect_method = local\n"


@pytest.fixture(autouse=True)
def backend(monkeypatch):
    backend = TestBackend()
    monkeypatch.setattr(batou.output, "backend", backend)
    return backend


@pytest.fixture(autouse=True)
def class_defaults():
    yield
    utils.Address.require_v4 = True
    utils.Address.require_v6 = False
    utils.resolve_override.clear()
    utils.resolve_v6_override.clear()


class Project:
    def __init__(self, path):
        self.path = path

    def component(self, name, text="class Thing(Component):\n    pass\n"):
        directory = self.path / "components" / name
        directory.mkdir(parents=True)
        (directory / "component.py").write_text("from batou.component import Component\n" + text)

    def environment(self, text, name="dev", **kw):
        directory = self.path / "environments" / name
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "environment.cfg").write_text(text)
        return Environment(name, basedir=str(self.path), **kw)

    def loaded(self, text, **kw):
        environment = self.environment(text, **kw)
        environment.load()
        return environment


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def messages(environment):
    return [str(error) for error in environment.exceptions]


# Parts of the file


def test_component_lists():
    assert parse_host_components(["a:x", "!b", "a:y", "!a:z", "c:d:e"]) == {
        "a": {"features": ["x", "y", "z"], "ignore": True},
        "b": {"features": [], "ignore": True},
        "c": {"features": ["d:e"], "ignore": False},
    }


@pytest.mark.parametrize(
    "value, items",
    [("a, b", ["a", "b"]), ("a,", ["a", ""]), ("\na\n b\n", ["a", "b"]), ("a", ["a"]), ("", [""]), ("a, b\nc", ["a", "b\nc"])],
)
def test_values_as_lists(value, items):
    assert ConfigSection(option=value).as_list("option") == items


def test_config_can_be_made_of_text():
    config = Config(None)
    config.config.read_string("[a]\nKey = 1\n[b]\n")
    assert list(config) == ["a", "b"]
    assert config["a"] == {"Key": "1"}
    assert "c" not in config and config.get("c") is None
    with pytest.raises(KeyError):
        config["c"]


@pytest.mark.parametrize(
    "text, value", [("True", True), ("false", False), ("yes", True), ("NO", False), ("1", True), ("0", False), ("[]", False), ("'x'", True)]
)
def test_truth_values(text, value):
    assert parse_literal(text) is value


def test_what_is_no_truth_value():
    with pytest.raises(ValueError, match="maybe"):
        parse_literal("maybe")


# Which environments there are


def test_both_layouts_are_known(project, monkeypatch):
    project.environment(LOCAL, "second")
    (project.path / "environments" / "first.cfg").write_text(LOCAL)
    (project.path / "environments" / "notes").mkdir()
    monkeypatch.chdir(project.path)
    assert [environment.name for environment in Environment.all()] == ["first", "second"]
    assert [environment.name for environment in Environment.filter("second")] == ["second"]
    assert len(Environment.filter("")) == 2
    with pytest.raises(UnknownEnvironmentError, match=r"Unknown environment\(s\): x, y"):
        Environment.filter("x,second,y")


def test_old_layout_is_loaded(project):
    (project.path / "environments").mkdir()
    (project.path / "environments" / "old.cfg").write_text(LOCAL + "branch = stable\n")
    environment = Environment("old.cfg", basedir=str(project.path))
    environment.load()
    assert environment.exceptions == []
    assert environment.name == "old" and environment.branch == "stable"


def test_missing_environment_lists_those_there_are(project, backend):
    project.environment(LOCAL, "known")
    with pytest.raises(batou.MissingEnvironment) as error:
        Environment("unknown", basedir=str(project.path)).load()
    error.value.report()
    assert "    Environment: unknown\n          Known: known\n" in backend.output


# [environment]


def test_options_and_defaults(project):
    environment = project.loaded("[environment]\nhost_domain = example.com\ntimeout = 7\nservice_user = web\njobs = 2\n")
    assert environment.exceptions == []
    assert environment.platform == "example.com"
    assert environment.timeout == 7
    assert environment.service_user == "web"
    assert environment.jobs == "2"
    assert (environment.connect_method, environment.update_method, environment.target_directory) == ("ssh", "rsync", "~/deployment")


def test_defaults_without_a_section(project):
    environment = project.loaded("")
    assert (environment.timeout, environment.platform, environment.branch) == (3, None, None)


def test_command_line_wins(project):
    environment = project.loaded("[environment]\nplatform = file\ntimeout = 7\n", platform="", timeout=1)
    assert environment.platform == "" and environment.timeout == 1


def test_local_deployments_happen_in_place(project):
    environment = project.loaded(LOCAL)
    assert (environment.target_directory, environment.deployment_base) == (".", ".")
    assert environment.host_factory is LocalHost


def test_address_families_become_the_default(project):
    project.loaded("[environment]\nrequire_v4 = optional\nrequire_v6 = True\n")
    assert utils.Address.require_v4 == "optional" and utils.Address.require_v6 is True


@pytest.mark.parametrize(
    "text, line, words",
    [
        ("[environment]\ntimeout = abc\n", 2, ["timeout", "'abc'"]),
        ("[environment]\njobs = 0\n", 2, ["jobs", "'0'"]),
        ("[environment]\nrequire_v6 = maybe\n", 2, ["require_v6", "'maybe'"]),
        ("[environment]\nrequire_sudo = maybe\n", 2, ["require_sudo", "'maybe'"]),
        ("[environment]\nconnect_method = telnet\n", 2, ["connect_method", "'telnet'"]),
        ("[environment]\nupdate_method = ftp\n", 2, ["update_method", "'ftp'"]),
        ("[environment]\n[vfs]\nsandbox = Cloud\n", 3, ["vfs", "'Cloud'"]),
        ("[vfs]\n", 1, ["vfs", "sandbox"]),
        ("[host:web]\ncomponents = thing\nignore = maybe\n", 3, ["ignore", "web", "'maybe'"]),
        ("[host:web]\ncomponents = thing\nprovision-dynamic-hostname = x\n", 3, ["provision-dynamic-hostname", "'x'"]),
        ("[host:web]\ncomponents = thing\nprovisioner = cloud\n", 3, ["host:web", "'cloud'"]),
        ("[host:web]\n", 1, ["host:web", "components"]),
        ("[provisioner:cloud]\n", 1, ["provisioner:cloud"]),
    ],
)
def test_bad_values_are_collected_with_their_place(project, backend, text, line, words):
    project.component("thing")
    environment = project.loaded(text)
    (error,) = environment.exceptions
    assert type(error) is batou.ConfigurationError
    assert error.file == str(project.path / "environments" / "dev" / "environment.cfg")
    assert error.line == line
    assert error.hint
    for word in words:
        assert word in str(error)
    error.report()
    assert f"environment.cfg:{line}" in backend.output


def test_unreadable_file_is_one_collected_error(project):
    environment = project.loaded("[environment]\nbranch\n")
    (error,) = environment.exceptions
    assert type(error) is batou.ConfigurationError
    assert error.file.endswith("environment.cfg")


# Hosts


def test_both_ways_to_write_hosts(project):
    project.component("thing")
    project.component("other", "class Other(Component):\n    pass\n")
    environment = project.loaded(
        "[environment]\nhost_domain = example.com\nplatform = plain\n"
        "[hosts]\n!b = thing:one, !other\n"
        "[host:a]\ncomponents =\n  other\n  thing\nplatform = special\ndata-Key = value\nservice_user = web\nignore = yes\n"
    )
    assert environment.exceptions == []
    assert list(environment.hosts) == ["b", "a"]
    b, a = environment.hosts.values()
    assert b.ignore and b.fqdn == "b.example.com" and b.platform == "plain"
    assert a.ignore and a.platform == "special" and a.data == {"Key": "value"} and a.service_user == "web"
    assert [(root.name, root.host.name) for root in environment.root_components] == [
        ("thing", "b"),
        ("other", "b"),
        ("other", "a"),
        ("thing", "a"),
    ]
    assert environment.get_root("thing", b).features == ["one"]
    assert environment.get_root("other", b).ignore and not environment.get_root("other", "a").ignore
    assert list(a.components) == ["other", "thing"]
    assert a["thing"] is environment.get_root("thing", a)
    assert environment.get_host("a") is a
    assert environment.get_root("thing", a).workdir == str(project.path / "work" / "thing")


def test_roots_that_do_not_exist(project):
    project.component("thing")
    environment = project.loaded("[hosts]\na = thing\nb =\n  thing\n")
    with pytest.raises(KeyError, match="Component other not configured for host a"):
        environment.get_root("other", environment.get_host("a"))
    with pytest.raises(KeyError):
        environment.add_root("other", environment.get_host("a"))
    with pytest.raises(KeyError):
        environment.get_host("c")


def test_problems_with_hosts_are_collected(project):
    project.component("thing")
    environment = project.loaded("[hosts]\na = thing, missing\n[host:a]\ncomponents = thing\n")
    assert [type(error) for error in environment.exceptions] == [batou.MissingComponent, batou.DuplicateHostError]
    assert environment.exceptions[0].affected_hostname == "a"


def test_domain_is_always_appended(project):
    environment = Environment("dev", basedir=str(project.path))
    host = Host("web.example.com", environment)
    assert (host.name, host.fqdn) == ("web.example.com", "web.example.com")
    environment.host_domain = "example.com"
    assert host.fqdn == "web.example.com.example.com"


def test_sudo_of_the_environment_is_a_truth_value(project):
    project.component("thing")
    environment = project.loaded("[environment]\nrequire_sudo = False\n[hosts]\na = thing\n[host:b]\ncomponents = thing\nrequire_sudo = yes\n")
    assert environment.hosts["a"].require_sudo is False
    assert environment.hosts["b"].require_sudo is True


def test_host_map_gives_names(project):
    project.component("thing")
    environment = project.environment("[host:web]\ncomponents = thing\nprovision-dynamic-hostname = True\n")
    path = project.path / "environments" / "dev" / "hostmap.json"
    path.write_text('{"web": "web-4711"}')
    environment.load()
    assert environment.exceptions == []
    assert list(environment.hosts) == ["web-4711"]
    assert environment.get_host("web") is environment.get_host("web-4711")
    assert path.read_text() == '{"web": "web-4711"}'


def test_host_map_is_removed_when_it_says_nothing(project):
    project.component("thing")
    environment = project.environment("[hosts]\nweb = thing\n")
    path = project.path / "environments" / "dev" / "hostmap.json"
    path.write_text('{"web": "web-4711"}')
    environment._predicting = True
    environment.load()
    assert path.exists()
    Environment("dev", basedir=str(project.path)).load()
    assert not path.exists()


def test_unreadable_host_map_is_left_alone(project):
    environment = project.environment("")
    path = project.path / "environments" / "dev" / "hostmap.json"
    path.write_text("{")
    environment.load()
    assert [error.file for error in environment.exceptions] == [str(path)]
    assert path.read_text() == "{"


# Other sections


def test_overrides_and_superfluous_sections(project):
    project.component("thing")
    environment = project.loaded("[component:thing]\nKey = %(raw)s\n[component:other]\n[else]\n")
    assert environment.overrides == {"thing": {"Key": "%(raw)s"}}
    assert [type(error) for error in environment.exceptions] == [batou.SuperfluousComponentSection, batou.SuperfluousSection]
    assert environment.exceptions[1].line == 4


def test_addresses_of_the_resolver(project):
    utils.resolve_override["left-over"] = "10.0.0.1"
    environment = project.loaded("[resolver]\nweb =\n  10.0.0.2\n  fd00::2\nbad = nothing\n")
    assert utils.resolve_override == environment._resolve_override == {"web": "10.0.0.2"}
    assert utils.resolve_v6_override == environment._resolve_v6_override == {"web": "fd00::2"}
    assert messages(environment) == ["Not a valid IP address: nothing"]


def test_failing_component_files_do_not_hide_each_other(project):
    project.component("a", "1/0\n")
    project.component("b", "syntax error\n")
    project.component(".hidden", "1/0\n")
    project.component("c")
    environment = project.loaded("")
    assert [type(error) for error in environment.exceptions] == [batou.ComponentLoadingError] * 2
    assert environment.exceptions[0].exception_str == "division by zero"
    assert list(environment.components) == ["thing"]


# Sandboxes


def test_developer_sandbox_moves_absolute_paths(project):
    environment = project.loaded("[vfs]\nsandbox = Developer\n")
    work = environment.workdir_base
    assert environment.map("/etc/demo/file") == f"{work}/_/etc/demo/file"
    assert (project.path / "work" / "_" / "etc" / "demo").is_dir()
    assert environment.map(f"{work}/demo/file") == f"{work}/demo/file"
    assert environment.map("file") == "file"


def test_developer_sandbox_creates_nothing_while_predicting(project):
    environment = project.loaded("[vfs]\nsandbox = Developer\n")
    environment._predicting = True
    environment.map("/etc/demo/file")
    assert not (project.path / "work").exists()


def test_map_sandbox_prefers_longer_prefixes(project):
    environment = project.loaded("[vfs]\nsandbox = Map\n/a = /x\n/a/b = /y\n")
    assert [environment.map(path) for path in ("/a/b/c", "/a/c", "/ab", "/c")] == ["/y/c", "/x/c", "/xb", "/c"]


def test_without_sandbox_paths_stay(project):
    assert project.loaded("").map("/etc/demo") == "/etc/demo"


# Secrets


def test_secrets_of_other_environments_do_not_matter(project):
    environment = project.environment(LOCAL)
    (project.path / "secrets").mkdir()
    (project.path / "secrets" / "production.cfg").write_bytes(b"")
    environment.load_secrets()
    assert environment.exceptions == []


# Configuring


def configured(project, hosts, **components):
    for name, body in components.items():
        text = "\n".join("        " + line for line in body.strip().splitlines())
        project.component(name, f"class {name.capitalize()}(Component):\n    def configure(self):\n{text}\n")
    environment = project.loaded(LOCAL + "[hosts]\n" + hosts)
    assert environment.exceptions == []
    environment.configure()
    return environment


def test_resources_flow_whatever_the_order(project):
    environment = configured(
        project,
        "one = consumer, provider\ntwo = provider\n",
        consumer="self.values = self.require('key')",
        provider="self.provide('key', self.host.name)",
    )
    assert environment.exceptions == []
    consumer, first, second = environment.root_components
    assert consumer.component.values == ["one", "two"]
    assert environment.root_dependencies() == {consumer: {first, second}, first: set(), second: set()}
    assert list(environment.root_dependencies(host="two")) == [second]


def test_unsatisfied_requirement(project):
    environment = configured(project, "one = consumer\n", consumer="self.require_one('key')")
    assert [type(error) for error in environment.exceptions] == [batou.UnsatisfiedResources, batou.NonConvergingWorkingSet]


def test_unused_resource(project):
    environment = configured(project, "one = provider\n", provider="self.provide('key', 1)")
    assert [error.unused_resources for error in environment.exceptions] == [[("key", "provider", "[1]")]]


def test_only_errors_of_the_last_pass_count(project):
    environment = configured(
        project, "one = consumer, provider\n", consumer="self.value = self.require('key')[0]", provider="self.provide('key', 1)"
    )
    assert environment.exceptions == []


def test_failure_is_reported_with_its_root(project):
    environment = configured(project, "one = bad, good\n", bad="1/0", good="pass")
    first, second = environment.exceptions
    assert first.exception_repr == "ZeroDivisionError: division by zero" and first.root_name == "bad"
    assert second.root_names == "bad"


def test_cycle_is_named_in_the_direction_of_the_requirement(project):
    environment = configured(
        project,
        "one = a, b, c\n",
        a="self.provide('a', 1)\nself.require('b', dirty=True)",
        b="self.provide('b', 1)\nself.require('c', dirty=True)",
        c="self.provide('c', 1)\nself.require('a', dirty=True)",
    )
    (error,) = environment.exceptions
    assert type(error) is batou.CycleErrorDetected
    assert error.error_str.splitlines()[:2] == ["a depends on", "        b"]


def test_mutual_requirements_neither_converge_nor_have_an_order(project):
    environment = configured(
        project, "one = a, b\n", a="self.provide('a', 1)\nself.require('b')", b="self.provide('b', 1)\nself.require('a')"
    )
    assert {type(error) for error in environment.exceptions} == {batou.CycleErrorDetected, batou.NonConvergingWorkingSet}


def test_logged_lines_follow_the_order_of_deployment(project, backend):
    configured(
        project,
        "one = consumer, other, provider\n",
        consumer="self.log('consumer %s', len(self.require('key')))",
        other="self.log('other')",
        provider="self.log('provider')\nself.provide('key', 1)",
    )
    assert backend.output.splitlines() == ["provider", "consumer 1", "other"]


def test_forgotten_components_are_a_warning(project, backend):
    project.component("demo", "class Sub(Component):\n    pass\n\nclass Demo(Component):\n    def configure(self):\n        Sub()\n")
    environment = project.loaded(LOCAL + "[hosts]\none = demo\n")
    assert environment.configure() == []
    assert "WARN: Some components were initialized but never added" in backend.output
    assert "'Sub'" in backend.output


def test_update_without_verify_is_a_warning(project, backend):
    project.component("demo", "class Demo(Component):\n    def update(self):\n        pass\n")
    environment = project.loaded(LOCAL + "[hosts]\none = demo\n")
    assert environment.configure() == []
    assert "WARN: Some components have an update method but no verify method:\n    'Demo'\nRoot: demo\n" in backend.output


def test_overrides_reach_the_component(project):
    project.component("demo", "class Demo(Component):\n    value = 'default'\n")
    environment = project.loaded(LOCAL + "[hosts]\none = demo\n[component:demo]\nvalue = set\n")
    assert environment.configure() == []
    assert environment.root_components[0].component.value == "set"


# The whole of it


def test_an_environment_of_its_own_needs_no_run(project, backend):
    project.component("broken", "1 / 0\n")
    environment = project.environment("[hosts]\nweb = broken\n[resolver]\nx = nonsense\n[strange]\n")
    environment.load()
    environment.load_secrets()
    for error in environment.exceptions:
        error.report()
    assert [type(error).__name__ for error in environment.exceptions] == [
        "ComponentLoadingError",
        "MissingComponent",
        "InvalidIPAddressError",
        "SuperfluousSection",
    ]
    assert backend.output.count("ERROR: ") == 4 and backend.output.count("Hint: ") == 3
    assert backend.output.count("environment.cfg:") == 3


@pytest.mark.parametrize(
    "settings, target, base",
    [
        ("connect_method = local\nrepository_root = ..\n", "..", "project"),
        ("connect_method = local\nupdate_method = git-bundle\n", ".", "."),
        ("update_method = git-bundle\n", "~/deployment", "project"),
        ("update_method = hg-pull\ntarget_directory = /srv\n", "/srv", "."),
        ("repository_root = components\n", "~/deployment", ".."),
    ],
)
def test_place_of_the_project_in_what_is_brought_to_hosts(tmp_path, settings, target, base):
    (tmp_path / ".git").mkdir()
    (tmp_path / "project").mkdir()
    environment = Project(tmp_path / "project").loaded("[environment]\n" + settings)
    assert (environment.target_directory, environment.deployment_base) == (target, base)


def test_sandboxes_of_definitions_need_not_be_classes(project):
    project.component(
        "thing", "import batou.vfs\nbatou.vfs.Mine = lambda environment, config: (environment.name, dict(config))\nclass Thing(Component):\n    pass\n"
    )
    environment = project.loaded(LOCAL + "[vfs]\nsandbox = Mine\n/x = /y\n")
    assert environment.vfs_sandbox == ("dev", {"sandbox": "Mine", "/x": "/y"})


def test_sudo_may_be_left_to_the_host(project):
    project.component("thing")
    environment = project.loaded(LOCAL + "require_sudo = True\n[host:web]\ncomponents = thing\nrequire_sudo = None\n")
    assert environment.exceptions == [] and environment.hosts["web"].require_sudo is None


def test_the_same_map_cannot_be_read_twice(project):
    project.component("thing")
    environment = project.environment(LOCAL + "[host:web]\ncomponents = thing\nprovision-dynamic-hostname = True\n")
    (project.path / "environments" / "dev" / "hostmap.json").write_text('{"web": "web-17"}')
    environment.load()
    assert environment.get_host("web") is environment.get_host("web-17")
    with pytest.raises(batou.DuplicateHostMapping) as error:
        environment.load()
    assert (error.value.affected_hostname, error.value.a, error.value.b) == ("web", "web-17", "web-17")


@pytest.mark.parametrize(
    "content, words, hint",
    [
        (b"\xef\xbb\xbf[environment]\n", "before the first section header", "byte order mark"),
        (b"[environment]\nbranch = caf\xe9\n", "not UTF-8", "UTF-8 encoding"),
    ],
)
def test_other_encodings_are_told(project, content, words, hint):
    environment = project.environment("")
    (project.path / "environments" / "dev" / "environment.cfg").write_bytes(content)
    environment.load()
    (error,) = environment.exceptions
    assert words in str(error) and hint in error.hint and error.file.endswith("environment.cfg") and error.line


def test_a_comma_that_nothing_follows_is_explained(project):
    project.component("thing")
    environment = project.loaded(LOCAL + "[hosts]\nweb = thing,\n")
    (error,) = environment.exceptions
    assert error.component_name == "" and "comma" in error.hint and error.line == 4


def test_exiting_fails_like_any_other_exception(project):
    environment = configured(project, "one = bad, good\n", bad="raise SystemExit(3)", good="pass")
    first, second = environment.exceptions
    assert first.exception_repr == "SystemExit: 3" and second.root_names == "bad"
    project.component("file", "raise SystemExit(0)\n")
    environment = project.loaded(LOCAL)
    (error,) = environment.exceptions
    assert type(error) is batou.ComponentLoadingError and error.exception_repr == "SystemExit: 0"


def test_own_errors_remember_the_lines_that_raised_them(project):
    environment = configured(project, "one = bad\n", bad="import batou\nraise batou.ConfigurationError('no', self)")
    error = environment.exceptions[0]
    assert str(error) == "no" and "raise batou.ConfigurationError('no', self)" in error._code_lines
    assert error.should_merge(batou.ConfigurationError.from_context("no", environment.root_components[0].component))


def test_similar_keys_are_proposed(project):
    environment = configured(project, "one = a, b\n", a="self.provide('database:port', 1)", b="self.require('database:prot')")
    unsatisfied = [error for error in environment.exceptions if type(error) is batou.UnsatisfiedResources]
    assert [error.hint for error in unsatisfied] == ["Did you mean database:port?"]
