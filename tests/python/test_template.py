"""Python objects inside templates."""

import enum

import pytest

import batou
from batou.component import Component, ConfigString
from batou.template import Jinja2Engine, TemplateEngine
from batou.utils import Address, BagOfAttributes, NetLoc


def render(source, /, **args):
    return Jinja2Engine().expand(source, args)


def failure(source, /, **args):
    with pytest.raises(batou.TemplatingError) as error:
        render(source, **args)
    return error.value


class Thing:
    colour = "red"

    def __init__(self, name="thing"):
        self.name = name

    @property
    def failing(self):
        raise KeyError("foo")

    @property
    def lacking(self):
        raise AttributeError("deep inside")

    def greet(self, greeting="hello", *, mark="!", times=1):
        return f"{greeting} {self.name}{mark}" * times

    def fail(self):
        raise ZeroDivisionError("no")

    def numbers(self):
        yield from range(3)

    def __str__(self):
        return f"<{self.name}>"

    def __repr__(self):
        return f"Thing({self.name!r})"


class Mapping:
    name = "attribute"

    def __getitem__(self, key):
        if key in ("x", 1):
            return f"item {key}"
        raise KeyError(key)


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return self.value


class Sized:
    def __init__(self, size):
        self.size = size

    def __len__(self):
        return self.size


class Text(str):
    @property
    def shout(self):
        return self.upper() + "!"


class Number(int):
    def double(self):
        return Number(self * 2)


class Items(dict):
    colour = "red"


class Port(enum.IntEnum):
    HTTP = 80


# Attributes, items, calls


@pytest.mark.parametrize(
    "text, result",
    [
        ("{{t.colour}} {{t.name}}", "red thing"),
        ("{{t['name']}}", "thing"),
        ("{{t.greet()}}", "hello thing!"),
        ("{{t.greet('hi')}}", "hi thing!"),
        ("{{t.greet('hi', mark='?', times=2)}}", "hi thing?hi thing?"),
        ("{{t.greet(mark='.')}}", "hello thing."),
        ("{{t}} {{[t]}} {{(t,)}} {{ {'a': t} }}", "<thing> [Thing('thing')] (Thing('thing'),) {'a': Thing('thing')}"),
        ("{{m.x}} {{m['x']}} {{m[1]}} {{m.name}}", "item x item x item 1 attribute"),
        ("{{f(3)}}", "9"),
        ("{{b.a}} {{b['a']}}", "1 1"),
        ("{{t.greet('a' ~ 1)|upper}}", "A1 THING!"),
        ("{{t.name is defined}} {{t.nothing is defined}}", "True False"),
        ("{{t.nothing|default('none')}}", "none"),
    ],
)
def test_access(text, result):
    assert render(text, t=Thing(), m=Mapping(), f=lambda n: n * n, b=BagOfAttributes(a=1)) == result


def test_iteration():
    thing = Thing()
    assert render("{% for n in t.numbers() %}{{loop.index}}:{{n}} {% endfor %}", t=thing) == "1:0 2:1 3:2 "
    assert render("{% for a, b in l %}{{a}}{{b}}{% endfor %}", l=[(1, 2), (3, 4)]) == "1234"
    assert render("{% for k, v in d.items() %}{{k}}={{v}};{% endfor %}", d={"b": 1, "a": 2}) == "b=1;a=2;"
    assert render("{% for k in d %}{{k}}{% endfor %}", d={"b": 1, "a": 2}) == "ba"
    assert render("{% for k, v in d|dictsort %}{{k}}{{v}}{% endfor %}", d={"b": 1, "a": 2}) == "a2b1"
    assert render("{{l|join(',')}} {{l|length}} {{l|last}}", l=[1, "b"]) == "1,b 2 b"
    assert render("{{s|sort|join}}", s={3, 1, 2}) == "123"
    assert render("{{l|map(attribute='name')|join(' ')}}", l=[Thing("a"), Thing("b")]) == "a b"
    assert render("{{(l|selectattr('name', 'equalto', 'b')|first).name}}", l=[Thing("a"), Thing("b")]) == "b"
    assert render("{{l|sort(attribute='name')|map(attribute='name')|join}}", l=[Thing("b"), Thing("a")]) == "ab"
    assert render("{% for n in r %}{{n}}{% else %}empty{% endfor %}", r=iter([])) == "empty"


def test_an_error_in_a_generator_is_not_the_end_of_it():
    def broken():
        yield 1
        raise KeyError("foo")

    error = failure("{% for n in g %}{{n}}{% endfor %}", g=broken())
    assert "KeyError: 'foo'" in str(error)


@pytest.mark.parametrize(
    "value, truth",
    [
        (Truth(True), True),
        (Truth(False), False),
        (Sized(1), True),
        (Sized(0), False),
        (Thing(), True),
        ([], False),
        ({}, False),
        (Text(""), False),
        (Text("a"), True),
        (Number(0), False),
        (b"", False),
        (None, False),
        (0.0, False),
    ],
)
def test_truth(value, truth):
    assert render("{% if v %}yes{% else %}no{% endif %}", v=value) == ("yes" if truth else "no")
    assert render("{{'no' if not v else 'yes'}}", v=value) == ("yes" if truth else "no")


@pytest.mark.parametrize(
    "text, result",
    [
        ("{{a == b}} {{a != b}} {{a == a}}", "False True True"),
        ("{{text == 'abc'}} {{'abc' == text}} {{text != 'abc'}}", "True True False"),
        ("{{number == 7}} {{7 == number}} {{number > 6}} {{number < 6}}", "True True True False"),
        ("{{netloc == netloc}} {{netloc|string == 'h:1'}}", "True True"),
        ("{{l == [1, 2]}} {{[1, 2] == l}} {{l == m}}", "True True True"),
        ("{{d == {'a': 1} }}", "True"),
        ("{{2 in l}} {{3 in l}} {{'a' in d}} {{'b' in text}} {{3 not in l}}", "True False True True True"),
        ("{{'keys' in d}} {{'a' in d}}", "False True"),
        ("{{port == 80}} {{port}}", "True 80"),
        ("{{none is none}} {{a is none}}", "True False"),
    ],
)
def test_comparison(text, result):
    args = dict(
        a=Thing("a"), b=Thing("b"), text=Text("abc"), number=Number(7), netloc=NetLoc("h", 1), l=[1, 2], m=[1, 2], d={"a": 1}
    )
    assert render(text, port=Port.HTTP, **args) == result


@pytest.mark.parametrize(
    "text, result",
    [
        ("{{d.keys()|list}} {{d.values()|list}}", "['a', 'b'] [1, None]"),
        ("{{d.get('a')}} {{d.get('x')}} {{d.get('x', 5)}}", "1 None 5"),
        ("{{d['a']}} {{d.a}} {{d|length}}", "1 1 2"),
        ("{{d}}", "{'a': 1, 'b': None}"),
        ("{{l}} {{l[0]}} {{l[-1]}} {{l[1:]}} {{l.index('x')}}", "[1, 'x', None] 1 None ['x', None] 1"),
        ("{{t}} {{t[0]}}", "(1, 'y') 1"),
        ("{{d.update({'c': 3})}}{{d.c}}", "None3"),
        ("{% do_nothing %}".replace("{% do_nothing %}", "{{l.append(4)}}{{l[-1]}}"), "None4"),
    ],
)
def test_containers(text, result):
    assert render(text, d={"a": 1, "b": None}, l=[1, "x", None], t=(1, "y")) == result


@pytest.mark.parametrize(
    "text, result",
    [
        ("{{s}} {{s|upper}} {{s ~ 'c'}} {{s + 'c'}}", "ab AB abc abc"),
        ("{{s.replace('a', 'x')}} {{s[0]}} {{s|length}} {{s|replace('a', 'x')}}", "xb a 2 xb"),
        ("{{s.startswith('a')}} {{s * 2}} {{'%s' % s}} {{'%s' | format(s)}}", "True abab ab ab"),
        ("{{c}} {{c|upper}} {{c == 'conf'}} {{c.split('o')}}", "conf CONF True ['c', 'nf']"),
        ("{{s|int(7)}} {{s is string}} {{s in ['ab']}}", "7 True True"),
        ("{{n}} {{n + 1}} {{n * 2}} {{n / 2}} {{n is number}}", "3 4 6 1.5 True"),
        ("{{p + 1}} {{'%d' % p}} {{p == 80}}", "81 80 True"),
        ("{{d.colour}} {{d.a}} {{d['a']}} {{d|length}} {{d.items()|list}}", "red 1 1 1 [('a', 1)]"),
    ],
)
def test_subclasses_of_builtin_types(text, result):
    args = dict(s=Text("ab"), c=ConfigString("conf"), n=Number(3), p=Port.HTTP, d=Items(a=1))
    assert render(text, **args) == result


def test_subclasses_of_texts_and_numbers_are_taken_by_value():
    # Their own attributes are refused rather than have comparisons come out wrong.
    assert "has no attribute 'shout'" in str(failure("{{s.shout}}", s=Text("ab")))
    assert "has no attribute 'double'" in str(failure("{{n.double()}}", n=Number(3)))


def test_subclasses_that_are_written_differently_stay_objects():
    class Mode(str, enum.Enum):
        FAST = "fast"

    assert render("{{m}} {{m.value}} {{m == m}}", m=Mode.FAST) == "Mode.FAST fast True"


@pytest.mark.parametrize(
    "value, shown",
    [
        (None, "None"),
        (True, "True"),
        (1.0, "1.0"),
        (1e100, "1e+100"),
        (2**62, "4611686018427387904"),
        (2**64, "18446744073709551616"),
        (2**200, str(2**200)),
        (-(2**200), str(-(2**200))),
        (b"a\xff", "b'a\\xff'"),
        ([None, "a", b"b", 1.5], "[None, 'a', b'b', 1.5]"),
        ({"a": None}, "{'a': None}"),
        ((), "()"),
        ({1}, "{1}"),
        (Address("host:80"), None),
        (NetLoc("host", 80), "host:80"),
        ("\udcff"[:0], ""),
    ],
)
def test_values_are_written_as_python_writes_them(value, shown):
    assert render("{{v}}", v=value) == (str(value) if shown is None else shown)


def test_large_numbers_can_be_used():
    assert render("{{v + 1}}", v=2**100) == str(2**100 + 1)
    assert render("{{v == w}}", v=2**100, w=2**100) == "True"


def test_addresses():
    address = Address("host:80")
    assert render("{{a}} {{a.connect}} {{a.connect.host}} {{a.connect.port}}", a=address) == "host:80 host:80 host 80"


# Errors


def test_an_undefined_name():
    error = failure("{{nothing}}")
    assert "UndefinedError: 'nothing' is undefined" in str(error)


def test_a_missing_attribute_names_the_type():
    assert f"UndefinedError: '{__name__}.Thing object' has no attribute 'nothing'" in str(failure("{{t.nothing}}", t=Thing()))
    assert "'dict object' has no attribute 'nothing'" in str(failure("{{d.nothing}}", d={}))
    assert f"'{__name__}.Thing object' has no attribute 'nothing'" in str(failure("{{t.nothing.deeper}}", t=Thing()))
    assert f"'{__name__}.Thing object' has no attribute 'nothing'" in str(failure("{{t.nothing()}}", t=Thing()))
    assert "'str object' has no attribute 'nothing'" in str(failure("{{t.name.nothing}}", t=Thing()))


def test_a_property_that_raises():
    error = failure("{{t.failing}}", t=Thing())
    assert "KeyError: 'foo'" in str(error)
    assert isinstance(error.__cause__, KeyError)


def test_a_property_that_raises_is_not_silenced_by_default():
    assert isinstance(failure("{{t.failing|default(1)}}", t=Thing()).__cause__, KeyError)
    assert isinstance(failure("{{t.failing is defined}}", t=Thing()).__cause__, KeyError)


def test_a_property_that_raises_an_attribute_error_counts_as_missing():
    assert render("{{t.lacking|default('none')}}", t=Thing()) == "none"


def test_a_method_that_raises():
    error = failure("{{t.fail()}}", t=Thing())
    assert "ZeroDivisionError: no" in str(error)
    assert isinstance(error.__cause__, ZeroDivisionError)


def test_a_method_called_wrongly():
    assert isinstance(failure("{{t.greet(nothing=1)}}", t=Thing()).__cause__, TypeError)
    assert isinstance(failure("{{t()}}", t=Thing()).__cause__, TypeError)


@pytest.mark.parametrize("name", ["__str__", "__bool__", "__len__", "__iter__", "__getitem__"])
def test_special_methods_that_raise(name):
    def raising(self, *args):
        raise ValueError("from " + name)

    value = type("Raising", (), {name: raising})()
    text = {
        "__str__": "{{v}}",
        "__bool__": "{% if v %}{% endif %}",
        "__len__": "{{v|length}}",
        "__iter__": "{% for x in v %}{% endfor %}",
        "__getitem__": "{{v['x']}}",
    }[name]
    error = failure(text, v=value)
    assert "ValueError: from " + name in str(error)
    assert isinstance(error.__cause__, ValueError)


def test_what_cannot_be_iterated_or_added():
    assert isinstance(failure("{% for x in t %}{% endfor %}", t=Thing()).__cause__, Exception)
    assert isinstance(failure("{{t + 1}}", t=Thing()).__cause__, Exception)


def test_a_key_of_a_bag_that_is_missing():
    assert "KeyError: 'x'" in str(failure("{{b.x}}", b=BagOfAttributes()))


def test_values_of_variables_are_not_shown():
    error = failure("{{secret}} {{nothing}}", secret="geheim")
    assert "geheim" not in str(error)


# Engines


def test_engines_are_found_by_name():
    assert isinstance(TemplateEngine.get("Jinja2"), Jinja2Engine)
    with pytest.raises(NotImplementedError):
        TemplateEngine.get("mako")


def test_line_statements_and_newlines():
    assert render("a\n@@ for n in [1, 2]:\n  {{n}}\n@@ endfor\nb\n") == "a\n  1\n  2\nb\n"
    assert render("a\r\nb\r") == "a\nb\n"
    assert render("url/@@images/x") == "url/@@images/x"
    assert render("a\n\n") == "a\n\n"


def test_the_generated_header_names_the_component(deployment):
    class Inner(Component):
        namevar = "name"

    inner = Inner("a")
    deployment.holding(inner)
    header = "File is generated by batou for component Top > Inner('a'). Don't edit manually."
    assert inner.expand("{{batou_generated_header}}") == header


def test_components_in_templates(deployment):
    class Inner(Component):
        namevar = "name"
        address = Address("db:5432")

        def options(self, prefix, count=1):
            return [f"{prefix}{number}" for number in range(count)]

    inner = Inner("a")
    deployment.host.data["disk"] = "10"
    deployment.environment.overrides["thing"] = {"x": "1"}
    top = deployment.holding(inner)
    expand = inner.expand
    assert expand("{{component.parent._breadcrumb}} {{component.workdir}}") == f"Top {top.workdir}"
    assert expand("{{component.address.connect}}") == "db:5432"
    assert expand("{{component.options('o', count=2)|join(' ')}}") == "o0 o1"
    assert expand("{{host.fqdn}} {{host.data.disk}} {{host.data['disk']}}") == "web 10 10"
    assert expand("{{environment.name}} {{environment.overrides.thing.x}}") == "test 1"
    assert expand("{% for c in component.parent.sub_components %}{{c.name}}{% endfor %}") == "a"
    assert expand("{{component.name}}", name="x") == "a"
    assert expand("{{host}}", host="replaced") == "replaced"


def test_text_of_another_kind_is_refused(deployment):
    top = deployment.top()
    with pytest.raises(TypeError):
        top.expand(None)
    with pytest.raises(batou.TemplatingError):
        top.expand(b"{{a}}")


def test_large_texts_are_announced(deployment, printed):
    text = "x" * (100 * 1024 + 1)
    assert deployment.top().expand(text) == text
    assert "100KiB" in printed.output
    assert "x" * 100 in printed.output


# Operators between Python objects and values of the template


class Version:
    """Compares and calculates with texts and numbers."""

    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return str(self.number) == str(other)

    def __lt__(self, other):
        return self.number < other

    def __gt__(self, other):
        return self.number > other

    def __add__(self, other):
        return Version(self.number + other)

    def __rsub__(self, other):
        return other - self.number

    def __neg__(self):
        return -self.number

    def __contains__(self, item):
        return item == "part"

    def __str__(self):
        return f"v{self.number}"


@pytest.mark.parametrize(
    "text, result",
    [
        ("{{v == '3'}} {{'3' == v}} {{v != '3'}} {{v == 4}}", "True True False False"),
        ("{{v < 4}} {{v > 4}} {{2 < v < 4}}", "True False True"),
        ("{{v + 1}} {{10 - v}} {{ -v }}", "v4 7 -3"),
        ("{{'part' in v}} {{'other' not in v}}", "True True"),
        ("{{'3' in [v]}} {{v in ['2', '3']}} {{[v] == ['3']}} {{ {'a': v} == {'a': '3'} }}", "True True True True"),
        ("{{v is eq '3'}} {{['3', '4']|select('eq', v)|list}}", "True ['3']"),
        ("{{[w, v]|sort|join(' ')}} {{[v, w]|max}}", "v3 v5 v5"),
        ("{{v is callable}} {{f is callable}}", "False True"),
    ],
)
def test_operators_of_objects(text, result):
    class Ordered(Version):
        def __lt__(self, other):
            return self.number < getattr(other, "number", other)

        def __gt__(self, other):
            return self.number > getattr(other, "number", other)

    assert render(text, v=Ordered(3), w=Ordered(5), f=len) == result


def test_an_address_equals_its_text_as_in_python():
    address = Address("host:80")
    equal = str(address.connect == "host:80")
    assert render("{{a.connect == 'host:80'}}", a=address) == equal


def test_an_operator_that_raises():
    class Raising:
        def __eq__(self, other):
            raise ValueError("from the comparison")

    assert isinstance(failure("{{v == 1}}", v=Raising()).__cause__, ValueError)
    assert isinstance(failure("{{v < 1}}", v=object()).__cause__, TypeError)


def test_large_integers_are_handed_to_python():
    assert render("{{f(2 ** 200)}}", f=lambda number: number == 2**200) == "True"
    assert render("{{n + 1 > 2 ** 199}}", n=2**200) == "True"


def test_lists_of_python_and_of_the_template_are_added():
    assert render("{{l + [2]}} {{[0] + l}} {{l * 2}}", l=[1]) == "[1, 2] [0, 1] [1, 1]"


def test_objects_are_gathered_in_a_list_of_the_template():
    text = "{% set x = [] %}{% for t in l %}{% set _ = x.append(t.name) %}{% endfor %}{{x}} {{f(x)}}"
    assert render(text, l=[Thing("a"), Thing("b")], f=len) == "['a', 'b'] 2"


# Files beside a template


def test_a_template_file_includes_files_beside_it(deployment, tmp_path):
    (tmp_path / "main").write_text("{% from 'macros' import m %}{{ m(1) }}{% include 'part' %}")
    (tmp_path / "macros").write_text("{% macro m(n) %}<{{ n }}>{% endmacro %}")
    (tmp_path / "part").write_text("{{ component._breadcrumb }}")
    assert deployment.top().template(str(tmp_path / "main")) == "<1>Top\n"


def test_a_text_includes_files_beside_the_definition(deployment, tmp_path):
    top = deployment.top()
    (tmp_path / "part").write_text("{{ args }}!")
    top._template_file = str(tmp_path / "whatever")
    assert top.expand("{% include 'part' %}", args=5) == "5!"


def test_an_error_in_an_included_file_names_that_file(deployment, tmp_path):
    (tmp_path / "main").write_text("{% include 'part' %}")
    (tmp_path / "part").write_text("a\n{{ nothing }}\n")
    with pytest.raises(batou.TemplatingError) as caught:
        deployment.top().template(str(tmp_path / "main"))
    assert caught.value.excerpt.startswith(f"{tmp_path / 'part'}:2:4: 'nothing' is undefined")


def test_a_missing_file_names_where_it_was_looked_for(deployment, tmp_path):
    (tmp_path / "main").write_text("a\n{% include 'part' %}")
    with pytest.raises(batou.TemplatingError) as caught:
        deployment.top().template(str(tmp_path / "main"))
    assert f"template not found: 'part' (searched in {tmp_path})" in str(caught.value)
    assert f"{tmp_path / 'main'}:2:4:" in caught.value.excerpt


def test_a_changed_file_is_read_again(deployment, tmp_path):
    (tmp_path / "main").write_text("{% include 'part' %}")
    for text in ("one", "two"):
        (tmp_path / "part").write_text(text)
        assert deployment.top().template(str(tmp_path / "main")) == text + "\n"


def test_tuples_of_the_definition_are_printed_as_tuples():
    assert render("{{ a|pprint }}", a=[("a", 1), (2,), ()]) == "[('a', 1), (2,), ()]"


def test_attr_finds_attributes_and_methods_but_no_items():
    assert render("{{ d|attr('k') is defined }}{{ d|attr('get')('k') }}", d={"k": 1}) == "False1"
    address = Address("localhost:80")
    assert render("{{ a|attr('connect') }}", a=address) == render("{{ a.connect }}", a=address)
