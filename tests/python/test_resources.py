import pytest

from batou.resources import Resources


class Host:
    def __init__(self, name):
        self.name = name


class Root:
    def __init__(self, name, host):
        self.name = name
        self.host = host

    def __repr__(self):
        return self.name


@pytest.fixture
def hosts():
    return Host("one"), Host("two")


@pytest.fixture
def roots(hosts):
    one, two = hosts
    return Root("a", one), Root("b", two), Root("c", one)


@pytest.fixture
def resources(roots):
    return Resources(roots.index)


def test_values_follow_the_order_of_root_components(resources, roots):
    a, b, c = roots
    resources.provide(c, "k", 1)
    resources.provide(a, "k", 2)
    resources.provide(b, "k", 3)
    resources.provide(a, "k", 4)
    assert resources.get("k") == [2, 4, 3, 1]
    resources.reset_component_resources(a)
    resources.provide(a, "k", 5)
    assert resources.get("k") == [5, 3, 1]


def test_values_of_one_host(resources, roots, hosts):
    a, b, c = roots
    resources.provide(a, "k", 1)
    resources.provide(b, "k", 2)
    assert resources.get("k", hosts[1]) == [2]
    assert resources.require(c, "k", hosts[0]) == [1]
    assert resources.get("unknown") == []


def test_reading_notes_no_dependency(resources, roots):
    resources.provide(roots[0], "k", 1)
    resources.get("k")
    assert resources.subscribers == {}
    assert resources.unused == {"k": {roots[0]: [1]}}


def test_providing_disturbs_only_those_who_asked_for_it(resources, roots, hosts):
    a, b, c = roots
    resources.require(b, "k")
    resources.require(c, "k", hosts[1])
    resources.provide(a, "other", 1)
    assert resources.dirty_dependencies == set()
    resources.provide(a, "k", 1)
    assert resources.dirty_dependencies == {b}
    resources.provide(b, "k", 1)
    assert resources.dirty_dependencies == {b, c}


def test_later_subscribers_are_told_too(resources, roots):
    a, b, c = roots
    resources.require(b, "k")
    resources.provide(a, "k", 1)
    resources.require(c, "k")
    resources.provide(a, "k", 2)
    assert resources.dirty_dependencies == {b, c}


def test_subscribers_are_told_again_in_the_next_pass(resources, roots):
    a, b, c = roots
    resources.require(b, "k")
    resources.provide(a, "k", 1)
    resources.dirty_dependencies.clear()
    resources.reset_component_resources(a)
    assert resources.dirty_dependencies == {b}
    assert resources.resources == {"k": {}}


def test_dirty_subscribers_are_left_alone(resources, roots):
    a, b, c = roots
    resources.require(b, "k", dirty=True)
    resources.provide(a, "k", 1)
    assert resources.dirty_dependencies == set()
    assert resources.get_dependency_graph() == {b: {a}}


def test_requiring_again_adds_nothing(resources, roots):
    for _ in range(3):
        resources.require(roots[1], "k")
    assert len(resources.subscribers["k"]) == 1


def test_dependency_graph(resources, roots, hosts):
    a, b, c = roots
    resources.provide(a, "k", 1)
    resources.provide(b, "k", 1)
    resources.require(c, "k", hosts[1])
    resources.require(c, "missing")
    assert resources.get_dependency_graph() == {c: {b}}


def test_reverse_turns_the_order_round(resources, roots):
    a, b, c = roots
    resources.provide(a, "k", 1)
    resources.require(b, "k", reverse=True)
    assert resources.get_dependency_graph() == {a: {b}}


def test_what_nobody_requires_is_unused(resources, roots, hosts):
    a, b, c = roots
    for root in (a, b):
        resources.provide(root, "bound", 1)
        resources.provide(root, "used", 1)
        resources.provide(root, "unused", 1)
    resources.require(c, "bound", hosts[0])
    resources.require(c, "used")
    assert resources.unused == {"bound": {b: [1]}, "unused": {a: [1], b: [1]}}


def test_what_is_gone_is_not_unused(resources, roots):
    resources.provide(roots[0], "k", 1)
    resources.reset_component_resources(roots[0])
    assert resources.unused == {}


def test_what_nobody_provides_waits_on_every_host(resources, roots, hosts):
    a, b, _ = roots
    resources.require(a, "missing")
    resources.require(b, "missing", hosts[0])
    assert resources.unsatisfied_keys_and_components == {("missing", None): {a, b}}


def test_strict_requirements_need_a_provider(resources, roots, hosts):
    a, b, c = roots
    resources.require(a, "missing")
    resources.require(a, "optional", strict=False)
    resources.provide(a, "bound", 1)
    resources.require(c, "bound", hosts[0])
    resources.require(c, "bound", hosts[1])
    assert resources.unsatisfied == {("missing", None), ("bound", "two")}
    assert resources.unsatisfied_keys_and_components == {("missing", None): {a}, ("bound", "two"): set()}
    assert resources.unsatisfied_components == {a}
    assert [key for key, _ in resources.strict_subscribers] == ["missing", "bound"]


def test_a_key_that_nobody_provides_is_missing_for_all_who_require_it(resources, roots, hosts):
    a, b, c = roots
    resources.require(a, "missing", strict=False)
    resources.require(b, "missing", host=hosts[1])
    resources.require(c, "missing", host=hosts[0], strict=False)
    assert resources.unsatisfied_keys_and_components == {("missing", None): {a, b, c}}
    assert resources.unsatisfied_components == {a, b, c}


def test_copy_is_independent(resources, roots):
    resources.provide(roots[0], "k", 1)
    copy = resources.copy_resources()
    copy["k"][roots[0]].append(2)
    assert resources.get("k") == [1]


def test_many_providers_and_subscribers_cost_little(hosts):
    # Told once per pass, 2,000 subscribers of 2,000 values are 2,000 steps; told with every value they would be 4,000,000.
    class Counting(set):
        added = 0

        def update(self, roots):
            roots = list(roots)
            Counting.added += len(roots)
            super().update(roots)

    resources = Resources()
    resources.dirty_dependencies = Counting()
    roots = [Root(str(number), hosts[0]) for number in range(2000)]
    provider = Root("provider", hosts[0])
    for root in roots:
        resources.require(root, "k")
    for number in range(2000):
        resources.provide(provider, "k", number)
    assert resources.dirty_dependencies == set(roots)
    assert Counting.added == 2000
