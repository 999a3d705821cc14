import functools
import os
import time
from unittest.mock import MagicMock, Mock

import pytest

import batou
from batou.component import Component, check_event_scope, handle_event


class Named(Component):
    namevar = "name"


class Part(Component):
    pass


# Events


class Listening(Named):
    @handle_event("before-update", "precursor")
    def note_precursor(self, source):
        self.heard = getattr(self, "heard", []) + [("precursor", source.name)]

    @handle_event("before-update", "*")
    def note_all(self, source):
        self.heard = getattr(self, "heard", []) + [("*", source.name)]


class Updating(Named):
    def verify(self):
        raise batou.UpdateNeeded()


def test_events_reach_the_scopes_they_are_meant_for(deployment):
    listening = Listening("listening")
    deployment.deploy(Updating("before"), listening, Updating("after"))
    # Handlers run in the order of their names.
    assert listening.heard == [("*", "before"), ("precursor", "before"), ("*", "after")]


def test_an_event_of_the_target_itself_is_no_precursor(deployment):
    class Both(Listening):
        def verify(self):
            raise batou.UpdateNeeded()

    both = Both("both")
    deployment.deploy(both)
    assert both.heard == [("*", "both")]


def test_handlers_are_named_instead_of_called_when_predicting(deployment, printed):
    listening = Listening("listening")
    deployment.holding(Updating("before"), listening).deploy(predict_only=True)
    assert not hasattr(listening, "heard")
    assert f"Trigger before-update: {listening!r}.note_precursor" in printed.output
    assert f"Trigger before-update: {listening!r}.note_all" in printed.output


def test_an_unknown_scope_is_an_error_when_the_event_happens(deployment):
    class Wrong(Component):
        @handle_event("before-update", "nearby")
        def note(self, source):
            raise NotImplementedError

    with pytest.raises(ValueError, match="^Unknown event scope: nearby$"):
        deployment.deploy(Wrong(), Updating("a"))


def test_stand_ins_with_every_attribute_there_could_be_handle_no_events(deployment):
    class Provider(Component):
        address = Mock()
        database = MagicMock()

    provider = Provider()
    deployment.deploy(provider, Updating("a"))
    assert not getattr(provider, "_event_handlers", {})
    provider.database.assert_not_called()


def test_check_event_scope(deployment):
    first, second = Part(), Part()
    deployment.holding(first, second)
    assert check_event_scope("*", first, first)
    assert check_event_scope("precursor", first, second)
    assert not check_event_scope("precursor", second, first)
    assert not check_event_scope("precursor", first, first)
    with pytest.raises(ValueError):
        check_event_scope("x", first, second)


def test_static_class_and_partial_methods_handle_events(deployment):
    heard = []

    class Listening(Component):
        @staticmethod
        @handle_event("before-update", "*")
        def static(source):
            heard.append(("static", source))

        @classmethod
        @handle_event("before-update", "*")
        def of_class(cls, source):
            heard.append((cls, source))

        # Python 3.14 binds it like a function.
        fixed = handle_event("before-update", "*")(functools.partial(lambda word, self, source: heard.append((word, source)), "fixed"))

        # The mark is lost, as it is nothing that the function has.
        @handle_event("before-update", "*")
        @staticmethod
        def in_wrong_order(source):
            heard.append(("never", source))

    source = Updating("source")
    deployment.deploy(Listening(), source)
    assert heard == [("fixed", source), (Listening, source), ("static", source)]
    deployment.holding(Listening(), Updating("source")).deploy(predict_only=True)
    assert len(heard) == 3


def test_handlers_are_collected_by_event(deployment):
    listening = Listening("a")
    deployment.holding(listening)
    assert list(listening._event_handlers) == ["before-update"]
    assert [method.__name__ for method in listening._event_handlers["before-update"]] == ["note_all", "note_precursor"]


def test_properties_are_evaluated_after_configure_and_may_fail(deployment):
    seen = []

    class Thing(Component):
        @property
        def good(self):
            seen.append("good")

        @property
        def bad(self):
            seen.append("bad")
            raise ZeroDivisionError

    deployment.prepare(Thing)
    assert seen == ["bad", "good"]


# Deploying


class Step(Named):
    needed = True
    journal = None

    def verify(self):
        self.journal.append("verify " + self.name)
        assert not self.needed

    def update(self):
        self.journal.append("update " + self.name)


def test_parts_are_deployed_completely_before_what_contains_them(deployment):
    journal = []

    def configure(self):
        self += Step("b", journal=journal)
        self._ += Step("c", journal=journal)
        self += Step("d", journal=journal)

    deployment.top(configure).deploy()
    assert journal == ["verify c", "update c", "verify b", "update b", "verify d", "update d"]


def test_changed_spreads_upwards_only(deployment):
    journal = []
    quiet, changing = Step("quiet", needed=False, journal=journal), Step("changing", journal=journal)
    top = deployment.deploy(quiet, changing)
    assert (quiet.changed, changing.changed, top.changed) == (False, True, True)
    assert "update quiet" not in journal


def test_changed_is_reset_by_the_next_deployment(deployment):
    step = Step("a", journal=[])
    top = deployment.deploy(step)
    step.needed = False
    top.deploy()
    assert (step.changed, top.changed) == (False, False)


def test_predicting_marks_changes_without_making_them(deployment):
    journal = []
    top = deployment.holding(Step("a", journal=journal))
    top.deploy(predict_only=True)
    assert journal == ["verify a"]
    assert top.changed


def test_deploy_takes_predict_only_by_position(deployment):
    journal = []
    deployment.holding(Step("a", journal=journal)).deploy(True)
    assert journal == ["verify a"]


def test_verify_gets_predicting_if_it_takes_it(deployment):
    seen = []

    class Asking(Component):
        def verify(self, predicting=False):
            seen.append(predicting)

    class TakingAll(Component):
        def verify(self, **kw):
            seen.append(kw)

    top = deployment.holding(Asking(), TakingAll())
    top.deploy(predict_only=True)
    top.deploy()
    assert seen == [True, {"predicting": True}, False, {"predicting": False}]


def test_verify_runs_in_the_working_directory(deployment):
    seen = []

    class Where(Component):
        def verify(self):
            seen.append(os.getcwd())

    before = os.getcwd()
    deployment.deploy(Where())
    assert seen == [str(deployment.workdir)]
    assert os.getcwd() == before


def test_other_errors_of_verify_end_the_deployment(deployment):
    class Broken(Component):
        def verify(self):
            raise KeyError("x")

    for predicting in (False, True):
        with pytest.raises(KeyError):
            deployment.holding(Broken()).deploy(predict_only=predicting)


def test_an_assertion_that_fails_in_update_is_an_error(deployment):
    class Broken(Updating):
        def update(self):
            raise AssertionError("not there")

    broken = Broken("a")
    with pytest.raises(AssertionError, match="not there"):
        deployment.deploy(broken)
    assert not broken.changed


def test_verify_replaced_on_an_instance_or_class_is_used(deployment, monkeypatch):
    part, called = Part(), []

    def needed():
        raise batou.UpdateNeeded()

    top = deployment.holding(part)
    part.verify = needed
    part.update = lambda: called.append("update")
    top.deploy()
    assert called == ["update"]
    monkeypatch.setattr(Step, "verify", lambda self: called.append("class"))
    deployment.deploy(Step("a"))
    assert called == ["update", "class"]


def test_the_context_surrounds_verify_and_update(deployment):
    journal = []

    class Mounted(Step):
        def __enter__(self):
            journal.append("enter in " + os.path.basename(os.getcwd()))

        def __exit__(self, kind, value, traceback):
            journal.append(kind)

    def configure(self):
        self += Mounted("outer", journal=journal)
        self._ += Step("inner", journal=journal)

    deployment.top(configure).deploy()
    assert journal == ["verify inner", "update inner", "enter in thing", "verify outer", "update outer", None]


def test_the_context_sees_errors_and_may_swallow_them(deployment):
    seen = []

    class Mounted(Component):
        def verify(self):
            raise KeyError("gone")

        def __exit__(self, kind, value, traceback):
            seen.append((kind, str(value), traceback is not None))
            return True

    deployment.deploy(Mounted())
    assert seen == [(KeyError, "'gone'", True)]


def test_the_context_does_not_see_requests_for_an_update(deployment):
    seen = []

    class Mounted(Updating):
        def __exit__(self, kind, value, traceback):
            seen.append(kind)

    deployment.deploy(Mounted("a"))
    assert seen == [None]


def test_what_changes_is_announced_and_what_does_not_is_not(deployment, printed):
    deployment.deploy(Step("quiet", needed=False, journal=[]), Updating("loud"))
    assert "web: Top > Updating('loud')" in printed.output
    assert "quiet" not in printed.output


def test_timer_knows_how_long_the_steps_took(deployment):
    class Slow(Updating):
        def update(self):
            time.sleep(0.01)

    slow = Slow("a")
    top = deployment.deploy(slow)
    assert isinstance(slow.timer, batou.utils.Timer)
    assert slow.timer.durations["update"] >= 0.01
    assert "verify" in slow.timer.durations
    assert top.timer.durations["sub"] >= slow.timer.durations["update"]


def test_timer_takes_steps_of_the_definition(deployment):
    part = Part()
    with part.timer.step("unpack"):
        pass
    assert list(part.timer.durations) == ["unpack"]


def test_a_timer_can_be_assigned():
    part = Part()
    part.timer = "every day"
    assert part.timer == "every day"
