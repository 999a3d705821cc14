"""The modules jinja2 and markupsafe that come along. The expected texts are those of Jinja2 3.1.6 and MarkupSafe 3.0."""

import pytest

import jinja2
from jinja2 import ChainableUndefined, DictLoader, Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape


def render(source, options=None, **variables):
    return Environment(**(options or {})).from_string(source).render(**variables)


CUSTOM = dict(block_start_string="<%", block_end_string="%>", variable_start_string="${", variable_end_string="}", comment_start_string="<#", comment_end_string="#>")


@pytest.mark.parametrize(
    "source, options, expected",
    [
        ("Hello {{ name }}!\n", {}, "Hello x!"),
        ("Hello {{ name }}!\n", {"keep_trailing_newline": True}, "Hello x!\n"),
        ("plain\n\n", {}, "plain\n"),
        ("{% for x in xs %}\n{{ x }}\n{% endfor %}\nend\n", {}, "\n1\n\n2\n\nend"),
        ("{% for x in xs %}\n{{ x }}\n{% endfor %}\nend\n", {"trim_blocks": True}, "1\n2\nend"),
        ("  {% for x in xs %}\n    {{ x }}\n  {% endfor %}\nend", {"trim_blocks": True, "lstrip_blocks": True}, "    1\n    2\nend"),
        ("@@ if 1\nx\n@@ endif\n", {}, "@@ if 1\nx\n@@ endif"),
        ("@@ if 1\nx\n@@ endif\n", {"line_statement_prefix": "@@"}, "x\n"),
        ("# for x in xs:\n{{ x }} # no\n# endfor\n", {"line_statement_prefix": "#"}, "1 # no\n2 # no\n"),
        ("<% for x in xs %>${x + 1}{{ x }}<# c #><% endfor %>{% raw %}", CUSTOM, "2{{ x }}3{{ x }}{% raw %}"),
        ("{{ '<' }}{{ '<'|safe }}{{ html }}", {"autoescape": True}, "&lt;<<b>"),
        ("{{ '<' ~ html }}", {"autoescape": True}, "&lt;<b>"),
        ("{% do xs.append(3) %}{{ xs }}", {"extensions": ["jinja2.ext.do"]}, "[1, 2, 3]"),
    ],
)
def test_options_of_an_environment(source, options, expected):
    assert render(source, options, name="x", xs=[1, 2], html=Markup("<b>")) == expected


@pytest.mark.parametrize(
    "source, lenient, strict",
    [
        ("[{{ nope }}]", "[]", None),
        ("{% if nope %}a{% else %}b{% endif %}", "b", None),
        ("{{ nope == 1 }} {{ nope != 1 }} {{ nope == other }}", "False True True", None),
        ("{% for x in nope %}a{% else %}b{% endfor %}", "b", None),
        ("{{ nope ~ 'x' }}{{ nope|upper }}{{ nope|join }}{{ nope|length }}", "x0", None),
        ("{{ 1 in nope }} {{ nope in [1] }}", "False False", None),
        ("{{ nope|default('d') }} {{ nope is defined }}", "d False", "d False"),
        ("{{ nope.x }}", None, None),
        ("{{ nope + 1 }}", None, None),
        ("{{ nope < 1 }}", None, None),
    ],
)
def test_names_without_value(source, lenient, strict):
    for options, expected in [({}, lenient), ({"undefined": StrictUndefined}, strict)]:
        if expected is None:
            with pytest.raises(jinja2.UndefinedError):
                render(source, options)
        else:
            assert render(source, options) == expected
    assert render("{{ nope.x.y }}", {"undefined": ChainableUndefined}) == ""


def test_leniency_ends_with_the_rendering(deployment):
    import batou

    component = deployment.root(type("Thing", (batou.component.Component,), {}))
    component.prepare()
    assert render("{{ nope }}") == ""
    with pytest.raises(batou.TemplatingError):
        component.component.expand("{{ nope ~ 'x' }}")


def test_filters_tests_and_globals_written_in_python():
    environment = Environment()
    environment.filters["shout"] = lambda value, number=1, end="!": str(value).upper() + end * number
    environment.tests["big"] = lambda value, than=10: value > than
    environment.globals.update(now=lambda: "NOW", const={"a": [1, 2]})
    text = "{{ 'a'|shout }} {{ 'a'|shout(2) }} {{ 'a'|shout(number=3, end='?') }} {{ ['a', 'b']|map('shout', 2)|list }}"
    assert environment.from_string(text).render() == "A! A!! A??? ['A!!', 'B!!']"
    assert environment.from_string("{{ 11 is big }} {{ 11 is big(20) }} {{ [1, 11]|select('big')|list }}").render() == "True False [11]"
    assert environment.from_string("{{ now() }} {{ const.a[1] }}").render() == "NOW 2"
    assert environment.from_string("{{ const }}").render(const=1) == "1"
    environment.filters["upper"] = lambda value: "own"
    assert environment.from_string("{{ 'a'|upper }}").render() == "own" and render("{{ 'a'|upper }}") == "A"
    environment.filters["failing"] = lambda value: {}["key"]
    with pytest.raises(KeyError):
        environment.from_string("{{ 1|failing }}").render()


def test_what_filters_are_given():
    environment = Environment(autoescape=True)
    environment.filters["name"] = lambda value: type(value).__name__
    environment.filters["bold"] = lambda value: Markup("<b>%s</b>") % value
    environment.filters["environment"] = jinja2.pass_environment(lambda given, value: given is environment)
    environment.filters["context"] = jinja2.pass_context(lambda context, value: f"{context['a']} {context.get('nope')} {value}")
    assert environment.from_string("{{ '<'|safe|name }} {{ '<'|name }} {{ nope|name }}").render() == "Markup str Undefined"
    assert environment.from_string("{{ '<x>'|bold }}").render() == "<b>&lt;x&gt;</b>"
    assert environment.from_string("{{ 1|environment }} {{ 2|context }}").render(a=7) == "True 7 None 2"
    environment.undefined = StrictUndefined
    with pytest.raises(jinja2.UndefinedError, match="'nope' is undefined"):
        environment.from_string("{{ nope|name }}").render()


def test_built_in_filters_can_be_called():
    environment = Environment()
    assert environment.filters["join"](["a", "b"], "-") == "a-b" and environment.tests["divisibleby"](4, 2)
    assert environment.call_filter("sort", [{"a": 2}, {"a": 1}], kwargs={"attribute": "a"}) == [{"a": 1}, {"a": 2}]
    assert "upper" in environment.filters and "nope" not in environment.filters


@pytest.fixture
def files(tmp_path):
    (tmp_path / "sub").mkdir()
    contents = {
        "a.html": "A {{ x }}\n{% include 'sub/b.txt' %}\n",
        "sub/b.txt": "B {{ x }}\n",
        "base": "[{% block c %}base{% endblock %}]",
        "child": "{% extends 'base' %}{% block c %}child {{ super() }}{% endblock %}",
        "bad": "x\n{% if %}\n",
        "includes-bad": "\n{% include 'bad' %}",
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_templates_from_files(files):
    environment = Environment(loader=FileSystemLoader(str(files)), autoescape=jinja2.select_autoescape())
    assert environment.get_template("a.html").render(x="<") == "A &lt;\nB <"
    assert environment.get_template("child").render() == "[child base]"
    assert environment.select_template(["nope", "base"]).name == "base"
    assert environment.list_templates() == ["a.html", "bad", "base", "child", "includes-bad", "sub/b.txt"]
    (files / "base").write_text("changed")
    assert environment.get_template("child").render() == "changed"
    for name in ("nope", "../a.html", "sub"):
        with pytest.raises(jinja2.TemplateNotFound) as caught:
            environment.get_template(name)
        assert caught.value.name == name
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        environment.from_string("{% include 'nope' %}").render()
    assert caught.value.name == "nope"
    with pytest.raises(jinja2.TemplatesNotFound):
        environment.select_template(["nope", "other"])


def test_other_loaders(tmp_path, monkeypatch):
    class Boom(jinja2.BaseLoader):
        def get_source(self, environment, template):
            raise ValueError("boom")

    texts = DictLoader({"a": "{% include 'b' %}", "b": "B{{ x }}", "m": "{% macro f() %}{{ g }}{{ x }}{% endmacro %}"})
    environment = Environment(loader=jinja2.ChoiceLoader([DictLoader({}), texts]))
    environment.globals["g"] = 5
    assert environment.get_template("a").render(x=1) == "B1"
    assert environment.from_string("{% import 'm' as m %}{{ m.f() }}").render(x=1) == "5"
    assert Environment(loader=jinja2.FunctionLoader({"a": "A"}.get)).get_template("a").render() == "A"
    assert Environment(loader=jinja2.PrefixLoader({"p": texts})).get_template("p/b").render(x=2) == "B2"
    with pytest.raises(ValueError, match="boom"):
        Environment(loader=Boom()).from_string("{% include 'x' %}").render()
    with pytest.raises(TypeError, match="no loader"):
        Environment().get_template("x")
    (tmp_path / "thing" / "templates").mkdir(parents=True)
    (tmp_path / "thing" / "__init__.py").write_text("")
    (tmp_path / "thing" / "templates" / "t").write_text("T{{ x }}")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert Environment(loader=jinja2.PackageLoader("thing")).get_template("t").render(x=3) == "T3"


def test_errors_name_their_place(files):
    environment = Environment(loader=FileSystemLoader(files))
    for action in (lambda: environment.get_template("bad"), environment.get_template("includes-bad").render):
        with pytest.raises(jinja2.TemplateSyntaxError) as caught:
            action()
        assert (caught.value.lineno, caught.value.name) == (2, str(caught.value.name)) and "bad" in caught.value.name
    with pytest.raises(jinja2.TemplateSyntaxError) as caught:
        Template("\n\n{{ a b }}")
    assert caught.value.lineno == 3
    with pytest.raises(jinja2.TemplateAssertionError, match="No filter named 'nope'"):
        render("{{ 1|nope }}")
    with pytest.raises(TypeError) as caught:
        render("{% for x in 5 %}{% endfor %}")
    assert isinstance(caught.value, jinja2.TemplateError)
    with pytest.raises(ZeroDivisionError):
        render("{{ 1 / 0 }}")


@pytest.mark.parametrize(
    "options, name",
    [
        ({"line_comment_prefix": "##"}, "line_comment_prefix"),
        ({"finalize": str}, "finalize"),
        ({"newline_sequence": "\r\n"}, "newline_sequence"),
        ({"enable_async": True}, "enable_async"),
        ({"extensions": ["jinja2.ext.i18n"]}, "the extension jinja2.ext.i18n"),
        ({"undefined": type("Own", (jinja2.Undefined,), {})}, "undefined=Own"),
    ],
)
def test_what_the_engine_cannot_do_is_refused_by_name(options, name):
    with pytest.raises(NotImplementedError, match=f"does not support {name}.*: name Jinja2 by its path or URL in requirements.txt"):
        Environment(**options)
    with pytest.raises(TypeError):
        Environment(nothing_of_that_name=1)


def test_templates_by_themselves(tmp_path):
    template = Template(" {% if 1 %}\na{{ x }}{% endif %}\n", trim_blocks=True)
    assert template.render({"x": 1}) == template.render(x=1) == " a1"
    assert "".join(template.generate(x=2)) == " a2"
    template.stream(x="é").dump(str(tmp_path / "out"))
    assert (tmp_path / "out").read_text(encoding="utf-8") == " aé"
    with pytest.raises(NotImplementedError):
        template.module
    overlay = Environment(trim_blocks=True).overlay(keep_trailing_newline=True)
    assert overlay.from_string("{% if 1 %}\na\n{% endif %}\n\n").render() == "a\n\n"


def test_markup():
    markup = Markup("<b>")
    assert str(markup + "<") == "<b>&lt;" and str("<" + markup) == "&lt;<b>" and str(markup * 2) == "<b><b>"
    assert str(Markup("%s-%d %.1f") % ("<", 3, 1.25)) == "&lt;-3 1.2" and str(Markup("%(a)s") % {"a": "<"}) == "&lt;"
    assert str(Markup("{} {a}").format("<", a=markup)) == "&lt; <b>" and str(markup.join(["<", markup])) == "&lt;<b><b>"
    assert Markup("<p>a <b>b</b>\n c</p>").striptags() == "a b c" and Markup("&lt;").unescape() == "<"
    assert repr(markup) == "Markup('<b>')" and type(markup[0]) is type(markup.upper()) is type(escape("a")) is Markup
    assert str(escape("<'\"&>")) == "&lt;&#39;&#34;&amp;&gt;" and escape(markup) == markup
