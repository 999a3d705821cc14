import os
import socket
import subprocess
import sys

import pytest

import batou
from batou import utils
from batou._output import TestBackend
from batou.utils import Address, NetLoc


@pytest.fixture(autouse=True)
def no_resolve_overrides():
    yield
    utils.resolve_override.clear()
    utils.resolve_v6_override.clear()


class Named:
    def __init__(self, name):
        self.name = name


# Addresses


def test_port_in_the_address_wins_and_stays_text():
    address = Address("web.example:80", 90)
    assert str(address) == "web.example:80"
    assert address.connect.port == "80"


def test_port_as_argument_keeps_its_type():
    assert Address("web.example", 80).connect.port == 80


def test_address_without_port_is_refused():
    with pytest.raises(ValueError, match="Need port"):
        Address("web.example")


def test_address_of_no_family_is_refused():
    with pytest.raises(ValueError, match="At least one of"):
        Address("web.example:80", require_v4=False, require_v6=False)


def test_address_is_looked_up_when_read_and_only_once():
    address = Address("web.invalid:80")
    utils.resolve_override["web.invalid"] = "10.0.0.1"
    assert str(address.listen) == "10.0.0.1:80"
    utils.resolve_override["web.invalid"] = "10.0.0.2"
    assert str(address.listen) == "10.0.0.1:80"


def test_address_of_a_family_that_is_not_required_tells_what_to_do():
    with pytest.raises(batou.IPAddressConfigurationError) as error:
        Address("127.0.0.1:80").listen_v6
    assert error.value.kind == 6


def test_listening_address_can_be_assigned():
    address = Address("web.invalid:80")
    address.listen = NetLoc("0.0.0.0", 80)
    assert address.listen == "0.0.0.0:80"


def test_literal_addresses_need_no_name_service():
    address = Address("127.0.0.1:80")
    assert address.listen.host == "127.0.0.1"
    assert utils.resolve_v6("::1", 80) == "::1"


def test_unknown_host_is_an_error_that_is_a_gaierror_too(monkeypatch):
    def fail(host, port, v6):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(utils._batou_net, "resolve", fail)
    with pytest.raises(batou.GetAddressInfoError) as error:
        Address("web.invalid:80").listen
    assert isinstance(error.value, socket.gaierror)
    assert error.value.hostname == "web.invalid:80"
    assert Address("web.invalid:80", require_v4="optional").listen is None


def test_port_that_is_no_number_is_reported_even_for_optional_addresses():
    with pytest.raises(ValueError, match="http"):
        Address("127.0.0.1:http", require_v4="optional").listen


def test_override_of_ipv6_addresses():
    utils.resolve_v6_override["web.invalid"] = "fd00::1"
    assert str(Address("web.invalid:80", require_v6=True).listen_v6) == "[fd00::1]:80"


def test_addresses_are_ordered_and_not_hashable():
    assert Address("a:1") < Address("b:1")
    assert Address("a:1") == Address("a:1")
    assert Address("a:1") != "a:1"
    with pytest.raises(TypeError):
        {Address("a:1")}
    with pytest.raises(TypeError):
        {NetLoc("a", 1)}


@pytest.mark.parametrize(
    "host, port, text", [("a", 1, "a:1"), ("::1", 1, "[::1]:1"), ("::1", None, "::1"), ("a", "", "a"), ("a", None, "a")]
)
def test_net_locations_as_text(host, port, text):
    assert str(NetLoc(host, port)) == text
    assert NetLoc(host, port) == text


def test_net_locations_compare_with_texts_and_each_other_only():
    assert NetLoc("a", 1) < "b" and NetLoc("a") <= NetLoc("a") and NetLoc("b") > NetLoc("a") and NetLoc("a") >= "a"
    assert NetLoc("a", 1) == NetLoc("a", "1") and "a:1" == NetLoc("a", 1) and NetLoc("a") != None
    assert (str(NetLoc(3)), repr(NetLoc("::1", 80))) == ("3", "<NetLoc `[::1]:80`>")
    with pytest.raises(TypeError):
        NetLoc("a") < 3


@pytest.mark.parametrize("address", ["::1", "a:b:c", "fe80::1"])
def test_address_with_several_colons_is_refused(address):
    with pytest.raises(ValueError):
        Address(address, 80)


@pytest.mark.parametrize("address, port, text", [("h:", 4, "h"), ("h", 0, "h"), ("h", "", "h"), (":80", None, ":80"), ("", 80, ":80")])
def test_odd_addresses_are_kept(address, port, text):
    assert str(Address(address, port)) == text


def test_no_name_is_this_machine():
    assert utils.resolve(None, 80) == "127.0.0.1"


def test_overrides_of_a_call_of_its_own():
    assert utils.resolve("a", 80, {"a": "9"}) == "9"
    assert utils.resolve_v6("a", 80, resolve_override={"a": "9"}) == "9"


def test_link_local_addresses_do_not_count():
    with pytest.raises(ValueError, match="No valid address found for `fe80::1`"):
        utils.resolve_v6("fe80::1", 80)


def test_resolving_is_told_in_debug_mode(printed, monkeypatch):
    monkeypatch.setattr(batou.output, "enable_debug", True, raising=False)
    utils.resolve_override["a"] = "10.0.0.1"
    utils.resolve("a")
    utils.resolve_v6("::1")
    assert printed.output.splitlines() == [
        "resolved (v4) `a` to 10.0.0.1 (override)",
        "resolving (v6) `::1`",
        "selected (v6) ::1, ::1",
    ]


def test_replaced_functions_are_used(monkeypatch):
    monkeypatch.setattr(utils, "resolve", lambda host, port=0: "10.9.8.7")
    monkeypatch.setattr(utils, "cmd", lambda command, **kw: ("said " + command, ""))
    assert Address("a:1").listen.host == "10.9.8.7"
    assert utils.get_output("this") == "said this"


# Commands


def test_command_returns_both_streams():
    assert utils.cmd("echo out; echo err >&2") == ("out\n", "err\n")


def test_command_adds_variables_to_those_there_are(monkeypatch):
    monkeypatch.setenv("INHERITED", "1")
    assert utils.cmd('echo "$INHERITED $ADDED"', env={"ADDED": "2"})[0] == "1 2\n"


def test_command_without_encoding_returns_bytes():
    assert utils.cmd(r"printf '\377'", encoding=None)[0] == b"\xff"


def test_undecodable_output_is_replaced():
    assert utils.cmd(r"printf '\377'")[0] == "\ufffd"


def test_failing_command_keeps_what_it_said():
    with pytest.raises(utils.CmdExecutionError) as caught:
        utils.cmd("echo out; echo err >&2; exit 3")
    error = caught.value
    assert (error.cmd, error.returncode, error.stdout, error.stderr) == error.args
    assert error.args == ("echo out; echo err >&2; exit 3", 3, "out\n", "err\n")
    assert isinstance(error, batou.DeploymentError) and isinstance(error, RuntimeError)
    assert "failed with return code 3" in str(error)


def test_return_codes_can_be_accepted_or_ignored():
    assert utils.cmd("exit 3", acceptable_returncodes=[0, 3]) == ("", "")
    assert utils.cmd("exit 4", ignore_returncode=True) == ("", "")


def test_list_of_arguments_is_quoted_where_it_has_blanks():
    assert utils.cmd(["printf", "%s,", "a  b", "c"])[0] == "a  b,c,"


def test_running_process_is_returned_on_request():
    process = utils.cmd("cat; echo done", communicate=False)
    assert isinstance(process, subprocess.Popen)
    assert process.communicate()[0] == b"done\n"


def test_input_of_a_running_process_is_open():
    process = utils.cmd("cat", communicate=False)
    process.stdin.write(b"given")
    assert process.communicate() == (b"given", b"")
    assert process.returncode == 0


def test_commands_are_told_in_debug_mode(printed, monkeypatch):
    monkeypatch.setattr(batou.output, "enable_debug", True, raising=False)
    utils.cmd(["true", "a b"])
    assert printed.output == "cmd: true 'a b'\n"


@pytest.mark.parametrize("arguments, text", [(["c'd"], "c'd"), (["a", "b"], "a b"), (("a  b",), "a  b"), (["$((1+1))"], "2")])
def test_arguments_are_what_the_shell_makes_of_them(arguments, text):
    assert utils.cmd(["echo", *arguments])[0] == text + "\n"


def test_argument_with_blank_and_quote_is_no_complete_command():
    # The quote ends those around it, in batou 2.7 too.
    with pytest.raises(utils.CmdExecutionError):
        utils.cmd(["echo", "e f'g"])


def test_accepted_codes_replace_success():
    with pytest.raises(utils.CmdExecutionError):
        utils.cmd("exit 0", acceptable_returncodes=[3])


def test_killed_command_has_a_negative_code():
    with pytest.raises(utils.CmdExecutionError) as error:
        utils.cmd("kill -9 $$")
    assert error.value.returncode == -9


def test_failed_command_can_be_stored_and_reports_itself(printed):
    import pickle

    error = pickle.loads(pickle.dumps(utils.CmdExecutionError("c", 1, "o", "e")))
    assert error.args == ("c", 1, "o", "e")
    error.report()
    assert printed.output == "ERROR: c\n    Return code: 1\nSTDOUT\no\nSTDERR\ne\n"


def test_output_or_default():
    assert utils.get_output("echo x; exit 1") == "x\n"
    assert utils.get_output("true", "nothing") == "nothing"


def test_exported_variables_are_sorted_and_quoted():
    assert utils.export_environment_variables({"B": "x y", "A": "1"}) == "export A=1\nexport B='x y'"


@pytest.mark.parametrize("name", ["1A", "A-B", "", "Ä", "A B", "A\n"])
def test_names_that_are_no_variables_are_refused(name):
    with pytest.raises(ValueError, match="not a valid shell variable name"):
        utils.export_environment_variables({name: "x"})


# Optional arguments


def wrapped(function):
    import functools

    @functools.wraps(function)
    def wrapper(*args, **kw):
        return function(*args, **kw)

    return wrapper


class Verifier:
    def plain(self):
        return "plain"

    def named(self, predicting=False):
        return predicting

    def by_keyword_only(self, *, predicting=False):
        return predicting

    def any_keywords(self, **kw):
        return kw["predicting"]

    @wrapped
    def decorated(self):
        return "decorated"

    def local_variable(self):
        predicting = "local"
        return predicting

    def positional_only(self, predicting="default", /):
        return predicting

    def __call__(self, predicting):
        return predicting


@pytest.mark.parametrize(
    "name, result",
    [
        ("plain", "plain"),
        ("named", True),
        ("by_keyword_only", True),
        ("any_keywords", True),
        ("decorated", "decorated"),
        ("local_variable", "local"),
        ("positional_only", "default"),
        ("__call__", True),
    ],
)
def test_only_keywords_that_are_taken_are_given(name, result):
    assert utils.call_with_optional_args(getattr(Verifier(), name), predicting=True, other=1) == result


def test_callable_objects_are_understood():
    assert utils.call_with_optional_args(Verifier(), predicting=True, other=1) is True


def test_missing_arguments_are_still_an_error():
    with pytest.raises(TypeError):
        utils.call_with_optional_args(lambda needed: needed, predicting=True)


# Timer


def test_timer_adds_up_steps(monkeypatch):
    times = iter([0, 2, 10, 13, 20, 21])
    monkeypatch.setattr(utils.time, "monotonic", lambda: next(times))
    timer = utils.Timer("demo")
    for step in ("verify", "verify", "update"):
        with timer.step(step):
            pass
    assert timer.durations == {"verify": 5, "update": 1}
    assert timer.humanize("total", "verify", "sub") == "total=6.00s, verify=5.00s, sub=∅"
    assert timer.above_threshold(verify=1, update=1, sub=0) == (True, ["verify"])
    assert timer.above_threshold(total=5) == (True, ["total"])
    assert timer.above_threshold(total=6) == (False, [])


def test_timer_measures_failing_steps_too():
    timer = utils.Timer()
    with pytest.raises(KeyError):
        with timer.step("verify"):
            raise KeyError("x")
    assert list(timer.durations) == ["verify"]


def test_timer_that_measured_nothing_took_no_time():
    timer = utils.Timer()
    assert (timer.humanize(), timer.humanize("total", "a"), timer.above_threshold(total=0)) == ("", "total=0.00s, a=∅", (False, []))


def test_timer_tells_its_steps_in_debug_mode(printed, monkeypatch):
    monkeypatch.setattr(batou.output, "enable_debug", True, raising=False)
    with utils.Timer("demo").step("verify"):
        pass
    assert printed.output == "Timer demo: verify took 0.00 seconds\n"


def test_timer_needs_the_name_total_for_itself():
    with pytest.raises(ValueError, match="total"):
        utils.Timer().step("total")


@pytest.mark.parametrize(
    "seconds, text", [(None, "∅"), (0, "0.00s"), (1.234, "1.23s"), (60, "1m0s"), (61.7, "1m1s"), (3700, "61m40s")]
)
def test_durations_for_people(seconds, text):
    assert utils.format_duration(seconds) == text


# Data


def test_merging_is_deep_and_leaves_the_originals_alone():
    first = {"list": [1], "map": {"x": 1}, "kept": 1}
    second = {"list": (2,), "map": {"y": 2}, "new": [3]}
    merged = utils.dict_merge(first, second)
    assert merged == {"list": [1, 2], "map": {"x": 1, "y": 2}, "kept": 1, "new": [3]}
    merged["map"]["x"] = merged["new"][0] = None
    assert first == {"list": [1], "map": {"x": 1}, "kept": 1}
    assert second["new"] == [3]
    assert utils.dict_merge({"a": 1}, 2) == 2


def test_digest_of_a_file(tmp_path):
    import hashlib

    path = tmp_path / "file"
    path.write_bytes(b"x" * 3_000_000)
    assert utils.hash(path, "md5") == hashlib.md5(path.read_bytes()).hexdigest()
    assert utils.hash(str(path)) == hashlib.sha512(path.read_bytes()).hexdigest()


def test_bag_of_attributes_reads_items():
    bag = utils.BagOfAttributes(a=1)
    assert bag.a == 1
    with pytest.raises(KeyError):
        bag.b


def test_lists_are_flattened():
    assert utils.flatten([[1], [], [2, 3]]) == [1, 2, 3]


# Locks


def hold_lock(path):
    script = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    arguments = [sys.executable, "-c", script, str(path)]
    if not os.path.basename(sys.executable).startswith("python"):
        arguments.insert(1, "python")
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    return process


def test_lock_names_its_holder_and_is_emptied_afterwards(tmp_path):
    path = tmp_path / "lock"
    path.write_text("left over from an earlier holder")
    with utils.locked(str(path)):
        assert path.read_text() == f"{os.getpid()}\n"
    assert path.read_text() == ""


def test_lock_of_somebody_else_is_an_error(tmp_path, capsys):
    path = tmp_path / "lock"
    process = hold_lock(path)
    try:
        with pytest.raises(RuntimeError):
            with utils.locked(str(path)):
                pytest.fail("entered although the lock is held")
        assert f"Could not acquire lock {path}" in capsys.readouterr().err
        with pytest.raises(SystemExit) as end:
            with utils.locked(str(path), exit_on_failure=True):
                pytest.fail("entered although the lock is held")
        assert end.value.code == 1
        assert len(capsys.readouterr().err.splitlines()) == 3
    finally:
        process.communicate()


# Notifications


def test_notification_uses_the_program_there_is(tmp_path, monkeypatch):
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {tmp_path}/seen\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    utils.notify("it's done", "all $HOME")
    assert (tmp_path / "seen").read_text() == "it's done|all $HOME|"


def test_notification_that_fails_does_not_disturb(tmp_path, monkeypatch):
    program = tmp_path / "notify-send"
    program.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    backend = TestBackend()
    monkeypatch.setattr(batou.output, "backend", backend)
    monkeypatch.setattr(batou.output, "enable_debug", True, raising=False)
    utils.notify("title", "text")
    assert "no display" in backend.output


# Graphs


def test_each_node_comes_before_those_it_points_to():
    order = utils.topological_sort({"a": {"b"}, "b": {"c"}, "c": set(), "d": {"c"}})
    assert order == ["d", "a", "b", "c"]


def test_order_does_not_depend_on_the_order_of_sets():
    nodes = [Named(str(number)) for number in range(200)]
    graph = {node: set() for node in nodes}
    graph[nodes[0]] = set(nodes[1:])
    assert utils.topological_sort(graph) == [nodes[0], *reversed(nodes[1:])]


def test_cycle_is_named_without_those_that_only_hang_on_it():
    a, b, c, d, e = map(Named, "abcde")
    with pytest.raises(utils.CycleError) as error:
        utils.topological_sort({e: {a}, a: {b}, b: {a, c}, c: {d}, d: set()})
    assert str(error.value) == "a depends on\n        b\nb depends on\n        a"


def test_reverted_graph_has_all_nodes():
    assert utils.revert_graph({"a": {"b"}, "b": {"c"}}) == {"a": set(), "b": {"a"}, "c": {"b"}}


def test_sorted_graph_keeps_its_nodes_and_loses_its_edges():
    graph = {"a": ["b"], "b": {"c"}}
    assert utils.topological_sort(graph) == ["a", "b", "c"]
    assert graph == {"a": [], "b": set(), "c": set()}


def test_graph_functions_work_in_place():
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert utils.remove_nodes_without_outgoing_edges(graph) is None
    assert graph == {"a": {"b", "c"}, "b": {"c"}}
    assert utils.ensure_graph_data(graph) == {"a": {"b", "c"}, "b": {"c"}, "c": set()}


def test_writing_to_several_files():
    import io

    files = io.StringIO(), io.StringIO()
    several = utils.MultiFile(files)
    several.write("x")
    several.flush()
    assert [file.getvalue() for file in files] == ["x", "x"]


def test_attributes_set_on_a_bag_are_no_items():
    bag = utils.BagOfAttributes(a=1)
    bag.b = 2
    assert (dict(bag), bag.b) == ({"a": 1}, 2)


@pytest.mark.parametrize(
    "a, b, merged",
    [
        ({"a": [1]}, {"a": "xy"}, {"a": [1, "x", "y"]}),
        ({"a": {"b": 1}}, {"a": 3}, 3),
        ({"a": 1}, {"a": {"c": 3}}, {"a": {"c": 3}}),
        ({"a": (1,)}, {"a": (2,)}, {"a": (2,)}),
        ({"a": None}, {"a": {"x": 1}}, {"a": {"x": 1}}),
    ],
)
def test_merging_different_kinds(a, b, merged):
    result = utils.dict_merge(a, b)
    assert (result if isinstance(merged, dict) else result["a"]) == merged
    with pytest.raises(TypeError):
        utils.dict_merge({"a": [1]}, {"a": 3})


@pytest.mark.parametrize("module", ["utils", "component", "lib.file", "environment", "host", "template", "_output", "resources", "vfs"])
def test_everything_public_can_be_imported(module):
    import importlib

    module = importlib.import_module(f"batou.{module}")
    namespace = {}
    exec(f"from {module.__name__} import *", namespace)
    for name in getattr(module, "__all__", ()):
        assert namespace[name] is getattr(module, name)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        module.nothing


def test_everything_of_the_package_is_imported_at_once():
    namespace = {}
    exec("from batou import *", namespace)
    assert namespace["MissingEnvironment"] is batou.MissingEnvironment
    assert {"output", "UpdateNeeded", "ConfigurationError", "UnusedResources"} <= set(namespace)


def test_rarely_needed_names_are_there():
    assert utils.VARNAME_PATTERN.match("A_1") and not utils.VARNAME_PATTERN.match("1")
    assert utils.output is batou.output
    assert {"Timer", "notify", "locked", "format_duration"} <= set(dir(utils))
    assert utils.escape_macosx_string('a"b\\c') == 'a\\"b\\c'
    assert utils.notify_none("a", "b") is None


def test_names_are_not_imported_before_they_are_needed():
    script = "import sys, batou.utils, batou.component, batou.environment, batou.lib.file; print(sorted({'re', 'inspect', 'typing', 'json', 'logging', 'batou._older', 'batou._timer'} & set(sys.modules)))"
    arguments = [sys.executable, "-c", script]
    if not os.path.basename(sys.executable).startswith("python"):
        arguments.insert(1, "python")
    assert subprocess.run(arguments, capture_output=True, text=True).stdout == "[]\n"


def test_self_identification_names_version_and_system():
    assert utils.self_id().startswith(f"batou/{batou.__version__} (")
    assert os.uname().sysname in utils.self_id()
