import pytest

import batou
from batou.component import NO_DEFAULT, Attribute, Component, ConfigString


def made(deployment, keyword=None, overrides=None, **attributes):
    """A top-level component of a class with these attributes."""
    kind = type("Thing", (Component,), attributes)
    for name, attribute in attributes.items():
        if isinstance(attribute, Attribute):
            attribute.__set_name__(kind, name)
    if keyword is None:
        return deployment.prepare(kind, overrides=overrides)
    top = deployment.holding(kind(**keyword))
    return top._


def test_class_access_gives_the_attribute_itself():
    attribute = Attribute()

    class Thing(Component):
        value = attribute

    assert Thing.value is attribute
    assert (attribute.conversion, attribute.expand, attribute.map) == (str, True, False)
    assert attribute.names == {Thing: "value"}


def test_defaults_are_taken_as_they_are(deployment):
    default = ["a"]
    thing = made(deployment, value=Attribute("list", default), text=Attribute(str, "{{host.name}}"), number=Attribute(int, "5"))
    assert thing.value is default
    assert thing.text == "{{host.name}}"
    assert thing.number == "5"


def test_a_none_default_is_a_default(deployment):
    assert made(deployment, value=Attribute(int, None)).value is None


def test_configuration_string_defaults_are_expanded_and_converted_once(deployment):
    count = []

    def conversion(text):
        count.append(text)
        return int(text)

    thing = made(deployment, value=Attribute(conversion, ConfigString("{{3 + 4}}")))
    assert (thing.value, thing.value) == (7, 7)
    assert count == ["7"]


def test_default_conf_string_is_the_old_way_to_say_it(deployment):
    assert made(deployment, value=Attribute(int, default_conf_string="8")).value == 8
    with pytest.raises(TypeError):
        Attribute(int, default=1, default_conf_string="8")


def test_constructor_values_are_not_converted(deployment):
    thing = made(deployment, {"value": "{{x}}"}, value=Attribute(int, 1))
    assert thing.value == "{{x}}"


def test_configuration_strings_given_to_the_constructor_are_not_converted(deployment):
    value = ConfigString("{{x}}")
    assert made(deployment, {"value": value}, value=Attribute(int, 1)).value is value


def test_before_prepare_the_default_is_read(deployment):
    class Thing(Component):
        value = Attribute(int, 1)

    thing = Thing(value=2)
    assert thing.value == 1
    deployment.holding(thing)
    assert thing.value == 2


def test_assigned_values_are_kept_as_they_are_and_per_instance(deployment):
    class Thing(Component):
        value = Attribute(int, 1)

    first, second = Thing(), Thing()
    deployment.holding(first, second)
    first.value = "x"
    assert (first.value, second.value) == ("x", 1)


def test_overrides_are_expanded_and_converted(deployment):
    thing = made(deployment, overrides={"value": "{{40 + 2}}"}, value=Attribute(int, 1))
    assert thing.value == 42


def test_overrides_without_expansion(deployment):
    thing = made(deployment, overrides={"value": "{{x}}"}, value=Attribute(str, "", expand=False))
    assert thing.value == "{{x}}"


def test_an_early_override_sees_the_default_of_a_later_one(deployment):
    thing = made(
        deployment,
        overrides={"first": "{{component.second}}", "second": "changed"},
        first=Attribute(str, ""),
        second=Attribute(str, "default"),
    )
    assert (thing.first, thing.second) == ("default", "changed")


def test_mapped_attributes_are_paths_of_the_deployment(deployment):
    thing = made(deployment, value=Attribute(str, ConfigString("a/{{host.name}}"), map=True))
    assert thing.value == str(deployment.workdir / "a/web")


@pytest.mark.parametrize(
    "conversion, text, value",
    [
        ("literal", "[1, 'a']", [1, "a"]),
        ("literal", "True", True),
        ("list", "a, b,, c ,", ["a", "b", "c"]),
        ("list", "a\nb, c", ["a\nb", "c"]),
        ("list", "", []),
    ],
)
def test_named_conversions(deployment, conversion, text, value):
    assert made(deployment, value=Attribute(conversion, ConfigString(text))).value == value


def test_an_unknown_named_conversion_is_refused_at_once():
    with pytest.raises(AttributeError, match="convert_nothing"):
        Attribute("nothing")


def test_conversions_of_subclasses_can_be_named(deployment):
    class Shouting(Attribute):
        def convert_loud(self, text):
            return text.upper()

    assert made(deployment, value=Shouting("loud", ConfigString("a"))).value == "A"


def test_conversions_are_stored_unchecked(deployment):
    assert made(deployment, value=Attribute(list[int], [1])).value == [1]


def test_a_value_that_cannot_be_converted(deployment):
    class Thing(Component):
        value = Attribute(int, ConfigString("many"))

    thing = Thing()
    deployment.holding(thing)
    with pytest.raises(batou.ConversionError) as error:
        thing.value
    assert (error.value.key, error.value.value_repr, error.value.conversion_name) == ("value", "'many'", "int")
    assert str(error.value) == "invalid literal for int() with base 10: 'many'"
    # It is not taken for a missing attribute.
    with pytest.raises(batou.ConversionError):
        hasattr(thing, "value")


def test_an_inherited_value_that_cannot_be_converted_is_named(deployment):
    class Base(Component):
        value = Attribute(int, ConfigString("many"))

    class Thing(Base):
        pass

    thing = Thing()
    deployment.holding(thing)
    with pytest.raises(batou.ConversionError) as error:
        thing.value
    assert error.value.key == "value"


def test_an_override_that_cannot_be_expanded(deployment):
    class Thing(Component):
        value = Attribute(int, 1)

    with pytest.raises(batou.AttributeExpansionError) as error:
        deployment.prepare(Thing, overrides={"value": "{{nothing}}"})
    assert error.value.key == "value"
    assert "'nothing' is undefined" in str(error.value)
    assert isinstance(error.value.__cause__, batou.TemplatingError)


def test_without_default_and_override(deployment):
    class Thing(Component):
        value = Attribute()

    thing = deployment.prepare(Thing)
    with pytest.raises(AttributeError) as error:
        thing.value
    assert str(error.value) == f"No override and no default given for `value` on Thing instance {thing!r}."
    assert getattr(thing, "value", "nothing") == "nothing"
    thing.value = 1
    assert thing.value == 1


def test_without_default_in_a_subclass(deployment):
    class Thing(Component):
        value = Attribute()

    class Special(Thing):
        pass

    thing = deployment.prepare(Special)
    with pytest.raises(AttributeError, match="^No override and no default given for `value` on Special instance <Special "):
        thing.value


def test_subclasses_share_the_attribute_and_may_replace_it(deployment):
    class Thing(Component):
        first = Attribute(int, 1)
        second = Attribute(int, 2)

    class Special(Thing):
        second = "plain"

    thing = deployment.prepare(Special, overrides={"first": "11", "second": "22"})
    assert (thing.first, thing.second) == (11, "22")


def test_unread_configuration_defaults_are_evaluated_after_configure(deployment):
    class Thing(Component):
        value = Attribute(str, ConfigString("{{component.part}}"))

        def configure(self):
            self.part = "set in configure"

    thing = deployment.prepare(Thing)
    thing.part = "changed later"
    assert thing.value == "set in configure"


def test_a_replaced_default_holds_for_components_that_are_configured_already(deployment):
    class Thing(Component):
        value = Attribute(int, 1)

    thing = deployment.prepare(Thing)
    assert thing.value == 1
    Thing.value.default = 2
    assert thing.value == 2


def test_a_conversion_without_a_name_is_reported_like_any_other(deployment):
    import functools

    class Thing(Component):
        value = Attribute(functools.partial(int, base=16), ConfigString("zz"))

    with pytest.raises(batou.ConversionError):
        deployment.prepare(Thing).value


def test_components_that_compare_by_value_have_attributes_too(deployment):
    class Thing(Component):
        value = Attribute(int, 1)

        def __eq__(self, other):
            return True

    assert deployment.prepare(Thing).value == 1


def test_the_default_can_be_read_and_replaced(deployment):
    class Thing(Component):
        value = Attribute(int, 1)
        required = Attribute(int)

    assert Thing.value.default == 1
    assert Thing.required.default is NO_DEFAULT
    Thing.value.default = 2
    assert deployment.prepare(Thing).value == 2


def test_from_config_string_can_be_called(deployment):
    class Thing(Component):
        value = Attribute("list", ())

    thing = deployment.prepare(Thing)
    assert Thing.value.from_config_string(thing, "{{host.name}},b") == ["web", "b"]
