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


def test_output_or_default():
    assert utils.get_output("echo x; exit 1") == "x\n"
    assert utils.get_output("true", "nothing") == "nothing"


def test_exported_variables_are_sorted_and_quoted():
    assert utils.export_environment_variables({"B": "x y", "A": "1"}) == "export A=1\nexport B='x y'"


@pytest.mark.parametrize("name", ["1A", "A-B", "", "Ä", "A B"])
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


def test_self_identification_names_version_and_system():
    assert utils.self_id().startswith(f"batou/{batou.__version__} (")
    assert os.uname().sysname in utils.self_id()
