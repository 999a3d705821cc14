//! Attributes of component classes: declarations, values for the environment file, and wrong ones.

use fastrand::Rng;

use super::python::quote;

/// What an attribute holds, which decides how templates may use it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    Number,
    List,
    Dict,
    Address,
    Path,
}

/// One attribute of a class.
#[derive(Clone)]
pub struct Attribute {
    pub name: String,
    pub holds: Holds,
    /// What stands behind the name in the class body.
    pub declaration: String,
    /// Without a default, somebody must give a value.
    pub is_required: bool,
    /// A plain class attribute takes overrides as they are.
    pub is_plain: bool,
}

const WORDS: [&str; 8] = ["alpha", "beta", "Gamma", "delta x", "über", "a-b", "no", "7"];

/// A word that stands for itself wherever it is used.
pub fn word(rng: &mut Rng) -> &'static str {
    WORDS[rng.usize(..WORDS.len())]
}

/// Some attributes with names that begin with `prefix`.
pub fn some(rng: &mut Rng, prefix: &str, hosts: &[String], may_be_required: bool) -> Vec<Attribute> {
    (0..rng.usize(..5)).map(|number| one(rng, format!("{prefix}{number}"), hosts, may_be_required)).collect()
}

fn one(rng: &mut Rng, name: String, hosts: &[String], may_be_required: bool) -> Attribute {
    let host = &hosts[rng.usize(..hosts.len())];
    let (holds, declaration) = match rng.u8(..12) {
        0 => (Holds::Text, format!("Attribute(str, default={})", quote(word(rng)))),
        1 => (Holds::Text, format!("Attribute(default=ConfigString({}))", quote(word(rng)))),
        2 => (Holds::Text, "Attribute(str, default=ConfigString('{{host.fqdn}}/{{environment.name}}'))".into()),
        3 => (Holds::Text, "Attribute(str, default=ConfigString('{{raw}} {% text'), expand=False)".into()),
        4 => (Holds::Number, format!("Attribute(int, default=ConfigString('{}'))", rng.u16(..))),
        5 => (Holds::Number, format!("Attribute(int, default={})", rng.u16(..))),
        6 => (Holds::List, format!("Attribute('list', default=ConfigString({}))", quote(&list(rng)))),
        7 => (Holds::Dict, format!("Attribute('literal', default=ConfigString({}))", quote(&dict(rng)))),
        8 => (Holds::Address, format!("Attribute(Address, default=ConfigString('{host}:{}'))", rng.u16(1..))),
        9 => (Holds::Path, "Attribute(str, default=ConfigString('sub/../place'), map=True)".into()),
        10 if may_be_required => (Holds::Text, "Attribute(str)".into()),
        _ => (Holds::Text, quote(word(rng))),
    };
    let is_plain = !declaration.starts_with("Attribute");
    Attribute { name, holds, is_required: declaration == "Attribute(str)", is_plain, declaration }
}

/// A value for the environment file that converts.
pub fn override_for(rng: &mut Rng, attribute: &Attribute, hosts: &[String]) -> String {
    let host = &hosts[rng.usize(..hosts.len())];
    match attribute.holds {
        Holds::Text if rng.bool() => "{{host.name}} of {{environment.name}}".into(),
        Holds::Text => word(rng).into(),
        Holds::Number if rng.bool() => "{{ 20 + 3 }}".into(),
        Holds::Number => rng.u16(..).to_string(),
        Holds::List => list(rng),
        Holds::Dict => dict(rng),
        Holds::Address => format!("{host}:{}", rng.u16(1..)),
        Holds::Path => format!("moved/{}", rng.u8(..)),
    }
}

/// A value that does not convert, or cannot be expanded.
pub fn wrong_override_for(rng: &mut Rng, attribute: &Attribute) -> String {
    match attribute.holds {
        Holds::Number if rng.bool() => "many".into(),
        Holds::Address if rng.bool() => "no-port-at-all".into(),
        _ => "{{ nobody.knows.this }}".into(),
    }
}

/// A value as an argument of a constructor.
pub fn argument_for(rng: &mut Rng, attribute: &Attribute, hosts: &[String]) -> String {
    let host = &hosts[rng.usize(..hosts.len())];
    match attribute.holds {
        Holds::Text => quote(word(rng)),
        Holds::Number => rng.u16(..).to_string(),
        Holds::List => format!("[{}, {}]", quote(word(rng)), quote(word(rng))),
        Holds::Dict => dict(rng),
        Holds::Address => format!("Address('{host}', {})", rng.u16(1..)),
        Holds::Path => quote("given/path"),
    }
}

fn list(rng: &mut Rng) -> String {
    let count = rng.usize(1..4);
    let separator = [", ", ",", " , "][rng.usize(..3)];
    let mut list = (0..count).map(|_| word(rng)).collect::<Vec<_>>().join(separator);
    if rng.u8(..5) == 0 {
        list.push(',');
    }
    list
}

fn dict(rng: &mut Rng) -> String {
    format!("{{'a': {}, 'b': '{}', 'c': [1, None, True]}}", rng.u8(..), word(rng))
}
