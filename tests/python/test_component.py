import os

import pytest

import batou
from batou.component import Component, platform


class Named(Component):
    namevar = "name"
    size = 1


class Part(Component):
    pass


# The constructor


def test_the_first_argument_becomes_the_namevar():
    assert Named("a").name == "a"


@pytest.mark.parametrize("value", ["", 0, False])
def test_a_namevar_may_be_empty(value):
    assert Named(value).name == value


def test_a_missing_namevar_is_refused():
    with pytest.raises(ValueError, match="^Namevar name required$"):
        Named()


def test_the_keyword_namevar_stands_for_the_first_argument():
    assert Named(namevar="a").name == "a"


def test_the_namevar_cannot_be_given_under_its_own_name():
    with pytest.raises(ValueError, match="unacceptable.*: name$"):
        Named("a", name="b")


def test_a_first_argument_without_namevar_is_refused():
    with pytest.raises(ValueError, match="^Namevar is undefined for this component.$"):
        Part("a")


def test_a_false_first_argument_without_namevar_is_ignored():
    assert not hasattr(Part(""), "name")


def test_unknown_keywords_and_methods_are_refused_together():
    with pytest.raises(ValueError) as error:
        Named("a", colour=1, configure=2)
    text = str(error.value)
    assert text.startswith("The following arguments are unacceptable for this component because they are either undefined")
    assert "colour" in text and "configure" in text


def test_a_class_as_class_value_is_callable_and_so_refused():
    class Typed(Component):
        kind = dict

    with pytest.raises(ValueError, match="kind"):
        Typed(kind=list)


def test_inherited_names_are_keywords():
    class Special(Named):
        pass

    assert Special("a", size=2).size == 2


def test_a_property_as_keyword_is_accepted_and_has_no_effect(deployment):
    part = Part(host="elsewhere")
    deployment.holding(part)
    assert part.host is deployment.host


def test_names_added_to_the_class_later_are_keywords(monkeypatch):
    monkeypatch.setattr(Part, "systemd", None, raising=False)
    assert Part(systemd="x").systemd == "x"


def test_more_than_one_positional_argument_is_refused():
    with pytest.raises(TypeError):
        Named("a", "b")


def test_subclasses_may_make_the_namevar_optional():
    class Optional(Named):
        def __init__(self, namevar="standard", **kw):
            super().__init__(namevar, **kw)

    assert Optional(size=3).name == "standard"


def test_constructor_registers_the_instance():
    Component._instances.clear()
    part = Part()
    assert Component._instances == [part]


# Preparing


def test_configure_runs_in_the_definition_directory_with_everything_set(deployment):
    seen = {}

    def configure(self):
        seen.update(
            directory=os.getcwd(), parent=self.parent, workdir=self.workdir, parts=list(self.sub_components), ready=self._prepared
        )

    before = os.getcwd()
    top = deployment.top(configure)
    assert seen == {
        "directory": str(deployment.definitions),
        "parent": top.root,
        "workdir": str(deployment.workdir),
        "parts": [],
        "ready": False,
    }
    assert os.getcwd() == before
    assert top._prepared


def test_the_working_directory_is_restored_when_configure_fails(deployment):
    def configure(self):
        raise ZeroDivisionError

    before = os.getcwd()
    with pytest.raises(ZeroDivisionError):
        deployment.top(configure)
    assert os.getcwd() == before


def test_what_a_component_has_only_after_preparing():
    for name in ("sub_components", "parent", "root", "host", "environment", "defdir"):
        with pytest.raises(AttributeError):
            getattr(Part(), name)
    with pytest.raises(AttributeError):
        repr(Part())


def test_properties_cannot_be_assigned(deployment):
    top = deployment.top()
    for name in ("root", "host", "environment", "defdir", "_breadcrumbs"):
        with pytest.raises(AttributeError):
            setattr(top, name, None)


def test_parts_are_configured_at_once_and_depth_first(deployment):
    order = []

    class Leaf(Named):
        def configure(self):
            order.append(self.name)

    class Branch(Named):
        def configure(self):
            order.append("start " + self.name)
            self += Leaf(self.name + "1")
            self += Leaf(self.name + "2")
            order.append("end " + self.name)

    deployment.holding(Branch("a"), Branch("b"))
    assert order == ["start a", "a1", "a2", "end a", "start b", "b1", "b2", "end b"]


def test_a_changed_workdir_counts_for_what_is_added_afterwards(deployment):
    first, second = Part(), Part()

    def configure(self):
        self += first
        self.workdir = "/elsewhere"
        self += second

    deployment.top(configure)
    assert first.workdir == str(deployment.workdir)
    assert second.workdir == "/elsewhere"


def test_adding_none_changes_nothing(deployment):
    part = Part()

    def configure(self):
        self += part
        self += None

    top = deployment.top(configure)
    assert top.sub_components == [part]
    assert top._ is part


def test_attaching_prepares_without_adding(deployment):
    part = Part()

    def configure(self):
        self |= part

    top = deployment.top(configure)
    assert top.sub_components == []
    assert top._ is part
    assert part._prepared and part.parent is top


def test_attaching_none_forgets_the_last_one(deployment):
    def configure(self):
        self += Part()
        self |= None

    assert deployment.top(configure)._ is None


def test_a_part_can_be_added_to_a_part(deployment):
    inner = Part()

    def configure(self):
        self += Part()
        self._ += inner

    top = deployment.top(configure)
    assert inner.parent.parent is top
    assert list(top.recursive_sub_components) == [top._, inner]


def test_a_prepared_part_moves_but_is_not_prepared_again(deployment):
    count = []

    class Once(Component):
        def configure(self):
            count.append(self.parent)

    part, second = Once(), Part()

    def configure(self):
        self += part
        self += second
        second_part = second
        second_part += part

    top = deployment.top(configure)
    assert count == [top]
    assert part.parent is second
    assert top.sub_components == [part, second] and second.sub_components == [part]


def test_a_part_that_fails_stays_in_the_list(deployment):
    class Failing(Component):
        def configure(self):
            raise ZeroDivisionError

    failing = Failing()

    def configure(self):
        try:
            self += failing
        except ZeroDivisionError:
            pass

    top = deployment.top(configure)
    assert top.sub_components == [failing]
    assert not failing._prepared


def test_adding_something_else_is_refused(deployment):
    def configure(self):
        self += "text"

    with pytest.raises(AttributeError, match="_prepared"):
        deployment.top(configure)


def test_recursive_sub_components_are_in_pre_order(deployment):
    a, b, c = Named("a"), Named("b"), Named("c")

    def configure(self):
        self += a
        self._ += b
        self += c

    assert [part.name for part in deployment.top(configure).recursive_sub_components] == ["a", "b", "c"]


def test_a_subclass_may_override_prepare(deployment):
    class Early(Component):
        def prepare(self, parent):
            self.before = "set"
            super().prepare(parent)

        def configure(self):
            self.seen = self.before

    early = Early()
    deployment.holding(early)
    assert early.seen == "set"


# Overrides


def test_overrides_of_plain_attributes_stay_text(deployment):
    class Thing(Component):
        port = 80
        text = "x"

    thing = deployment.prepare(Thing, overrides={"port": "90", "text": "{{host.name}}"})
    assert thing.port == "90"
    assert thing.text == "{{host.name}}"


def test_all_missing_overrides_are_reported_after_the_valid_ones_were_applied(deployment):
    class Thing(Component):
        port = 80

    root = deployment.root(Thing, overrides={"colour": "red", "port": "90", "taste": "sweet"})
    with pytest.raises(batou.MissingOverrideAttributes) as error:
        root.prepare()
    assert root.component.port == "90"
    assert error.value.attributes == ["colour", "taste"]


def test_overriding_a_property_is_an_attribute_error(deployment):
    with pytest.raises(AttributeError):
        deployment.prepare(Part, overrides={"host": "x"})


def test_overrides_concern_the_top_level_component_only(deployment):
    class Thing(Component):
        size = 1

        def configure(self):
            self += Named("a")

    thing = deployment.prepare(Thing, overrides={"size": "2"})
    assert thing.size == "2"
    assert thing._.size == 1


def test_features_are_set_only_if_some_are_selected(deployment):
    class Thing(Component):
        features = ("standard",)

    assert deployment.prepare(Thing).features == ("standard",)
    assert deployment.prepare(Thing, features=["a"]).features == ["a"]


# Platforms


class Platformed(Component):
    def configure(self):
        self += Part()


@platform("nixos", Platformed)
class OnNixos(Component):
    pass


def test_the_platform_part_is_added_last(deployment):
    deployment.host.platform = "nixos"
    thing = deployment.prepare(Platformed)
    assert [type(part) for part in thing.sub_components] == [Part, OnNixos]
    assert thing._platform_component is thing._ is thing.sub_components[-1]
    assert thing._.parent is thing


def test_another_platform_gets_no_part(deployment):
    deployment.host.platform = "debian"
    assert [type(part) for part in deployment.prepare(Platformed).sub_components] == [Part]


def test_platform_parts_are_not_inherited(deployment):
    class Special(Platformed):
        pass

    deployment.host.platform = "nixos"
    assert [type(part) for part in deployment.prepare(Special).sub_components] == [Part]


def test_the_last_registration_for_a_platform_wins(deployment):
    class Thing(Component):
        pass

    Thing._add_platform("nixos", Part)
    assert platform("nixos", Thing)(OnNixos) is OnNixos
    deployment.host.platform = "nixos"
    assert type(deployment.prepare(Thing)._) is OnNixos


# Breadcrumbs


def test_breadcrumbs_lead_from_the_top_to_the_component(deployment):
    inner = Named("in'side")
    top = deployment.holding(inner)
    assert top._breadcrumbs == top._breadcrumb == "Top"
    assert inner._breadcrumbs == "Top > Named(\"in'side\")"
    assert repr(inner) == "<Named (web) \"Top > Named(\"in'side\")\">"
    assert top.root._breadcrumbs == "web"


def test_an_empty_namevar_is_not_part_of_the_breadcrumb(deployment):
    part = Named("")
    deployment.holding(part)
    assert part._breadcrumb == "Named"


def test_the_name_in_breadcrumbs_can_be_overridden(deployment):
    class Special(Component):
        namevar_for_breadcrumb = "shown"

    part = Special()
    deployment.holding(part)
    assert part._breadcrumb == "Special('shown')"


def test_root_components_show_their_name(deployment):
    assert repr(deployment.root(Part)).startswith('<RootComponent "thing" object at ')
