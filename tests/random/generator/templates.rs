//! Texts of files: templates over the attributes of a component.

use fastrand::Rng;

use super::attributes::{Attribute, Holds, word};

/// What a template may use of the component it is rendered for.
#[derive(Clone, Default)]
pub struct Scope {
    pub attributes: Vec<Attribute>,
    /// Names of attributes that hold lists of texts, sorted.
    pub collected: Vec<String>,
}

impl Scope {
    fn pick(&self, rng: &mut Rng, holds: Holds) -> Option<String> {
        let names: Vec<&Attribute> = self.attributes.iter().filter(|attribute| attribute.holds == holds).collect();
        let found = if names.is_empty() { None } else { Some(names[rng.usize(..names.len())]) };
        found.map(|attribute| format!("component.{}", attribute.name))
    }

    fn text(&self, rng: &mut Rng) -> String {
        self.pick(rng, Holds::Text).unwrap_or_else(|| "environment.name".into())
    }

    fn number(&self, rng: &mut Rng) -> String {
        self.pick(rng, Holds::Number).unwrap_or_else(|| "17".into())
    }

    fn list(&self, rng: &mut Rng) -> String {
        if !self.collected.is_empty() && rng.bool() {
            return format!("component.{}", self.collected[rng.usize(..self.collected.len())]);
        }
        self.pick(rng, Holds::List).unwrap_or_else(|| "['one', 'two']".into())
    }
}

/// A template that renders without an error and is never empty.
pub fn template(rng: &mut Rng, scope: &Scope) -> String {
    let mut text = format!("{} first line\n", word(rng));
    for _ in 0..rng.usize(..5) {
        text.push_str(&piece(rng, scope));
        text.push('\n');
    }
    match rng.u8(..8) {
        0 => text.push_str("no newline at the end"),
        1 => text = text.replace('\n', "\r\n"),
        2 => text.push('\n'),
        _ => (),
    }
    text
}

fn piece(rng: &mut Rng, scope: &Scope) -> String {
    let text = scope.text(rng);
    let number = scope.number(rng);
    let list = scope.list(rng);
    match rng.u8(..22) {
        0 => format!("plain {} {{ not a tag }} #!/bin/sh", word(rng)),
        1 => "{{host.name}} {{host.fqdn}} {{environment.name}} {{host.platform}}".into(),
        2 => format!("{{{{{text}}}}}"),
        3 => format!(
            "{{% for item in {list} %}}{{{{loop.index}}}}:{{{{item|upper}}}}{{% if not loop.last %}}, {{% endif %}}{{% endfor %}}"
        ),
        4 => format!("@@ for item in {list}\n- {{{{item}}}}\n@@ endfor\nafter"),
        5 => format!("{{{{ {number} + 1 }}}} {{{{ {number} * 2 }}}} {{{{ {number} // 7 }}}} {{{{ {number} % 5 }}}}"),
        6 => format!(
            "{{% if {text} == 'alpha' %}}A{{% elif {number} > 1000 %}}B{{% else %}}C{{% endif %}} {{{{ 'x' if {number} else 'y' }}}}"
        ),
        7 => format!("{{{{ {list}|sort|join(', ') }}}} {{{{ {list}|length }}}} {{{{ {list}|first|default('none') }}}}"),
        8 => format!("{{% set total = {number} %}}{{{{ total }}}} {{{{ missing|default('nothing') }}}}"),
        9 => "{{component._breadcrumbs}} in {{component.workdir}} below {{environment.base_dir}}".into(),
        10 => "# {{batou_generated_header}}{# a comment #}".into(),
        11 => "{% raw %}{{ untouched }} {% if %}{% endraw %}".into(),
        12 => format!("{{{{ '%s-%05d'|format({text}, {number}) }}}} {{{{ '{{}}/{{}}'.format({number}, 'x') }}}}"),
        13 => format!("{{% macro pair(a, b='z') %}}[{{{{a}}}}{{{{b}}}}]{{% endmacro %}}{{{{pair('1')}}}}{{{{pair({text}, b=2)}}}}"),
        14 => "left  {%- if true -%}   tight   {%- endif -%}  right".into(),
        15 => scope.pick(rng, Holds::Dict).map_or_else(String::new, |dict| {
            format!("{{{{{dict}}}}} {{{{{dict}.a}}}} {{{{{dict}['b']}}}} {{% for k, v in {dict}.items() %}}{{{{k}}}}={{{{v}}}};{{% endfor %}}")
        }),
        16 => scope.pick(rng, Holds::Address).map_or_else(String::new, |address| {
            format!("{{{{{address}.connect}}}} {{{{{address}.listen.host}}}} {{{{{address}.connect.port}}}} {{{{{address}}}}}")
        }),
        17 => format!("{{{{ {text}.replace('a', 'o').upper() }}}} {{{{ {text}[:2] }}}} {{{{ {text}|length }}}}"),
        18 => "{{ none }} {{ true }} {{ 1.5 }} {{ [1, 'a', none] }} {{ {'k': (1, 2)} }}".into(),
        19 => format!("{{% for a, b in [('x', 1), ('y', 2)] %}}{{{{a}}}}{{{{b + {number}}}}} {{% endfor %}}{{{{ range(3)|list }}}}"),
        20 => scope.pick(rng, Holds::Path).map_or_else(String::new, |path| format!("path {{{{{path}}}}}")),
        _ => format!("  trailing blanks and tabs\t \n\n{{{{ {list}|map('upper')|list|last|default('') }}}} {{{{ {text}|title|trim|e }}}}"),
    }
}
