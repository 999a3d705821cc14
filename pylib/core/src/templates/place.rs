//! The files that templates include, import and extend.
//!
//! The engine knows templates by name only. A template with a directory has a name that holds its directory, its path and
//! its text, so that it is compiled once as long as it does not change, and what it asks for is found beside it.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::Rest;
use minijinja::{Environment, Error, State, Value};

use super::arguments::type_error;
use super::filters::demand_defined;
use super::lookup::{Lookup, NotLoaded};
use super::syntax::Syntax;
use super::translate::{ISOLATED_FILTER, PARENT_FILTER, Translation, normalise_line_ends, translate};

/// What the name of a template starts with whose directory is known.
const PLACED: &str = "\u{0}placed:";
/// What the name of a template starts with that another one asks for and that does not exist.
const MISSING: &str = "\u{0}missing:";
/// What the name of a template starts with that cannot be read.
const UNREADABLE: &str = "\u{0}unreadable:";

/// The names that a template has without the one that asks for it.
const KNOWN_EVERYWHERE: &[&str] =
    &["range", "dict", "namespace", "cycler", "joiner", "lipsum", "caller", "loop", "super", "self"];
/// A name that no template has.
const NOTHING: &str = "__nothing__";

/// A template whose directory is known.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    /// Where the templates are looked for that this one asks for.
    pub(super) directory: &'a str,
    /// The file of the template; empty for the one that is rendered, which the caller names.
    pub(super) path: &'a str,
    /// Whether the template sees the names of the one that asks for it.
    pub(super) sees_names: bool,
    /// The text, with normalised line ends.
    pub(super) source: &'a str,
}

impl<'a> Placed<'a> {
    /// The parts of a name of the engine; `None` if it is the name of another kind.
    pub(super) fn of(name: &'a str) -> Option<Self> {
        let mut parts = name.strip_prefix(PLACED)?.splitn(4, '\u{0}');
        let (directory, path, sees_names) = (parts.next()?, parts.next()?, parts.next()? == "sees");
        Some(Self { directory, path, sees_names, source: parts.next()? })
    }

    /// The name for the engine.
    pub(super) fn name(&self) -> String {
        let sees = if self.sees_names { "sees" } else { "" };
        format!("{PLACED}{}\u{0}{}\u{0}{sees}\u{0}{}", self.directory, self.path, self.source)
    }
}

pub(super) fn register(environment: &mut Environment<'static>, lookup: &Arc<dyn Lookup>) {
    let (of_includes, of_parents, of_isolated) = (Arc::clone(lookup), Arc::clone(lookup), Arc::clone(lookup));
    environment.set_path_join_callback(move |name, parent| Cow::Owned(joined(&*of_includes, name, parent, true)));
    environment.add_filter(PARENT_FILTER, move |state: &mut State<'_, '_>, name: &Value, _: Rest<Value>| {
        parent(&*of_parents, state, name)
    });
    environment.add_filter(ISOLATED_FILTER, move |state: &mut State<'_, '_>, name: &Value, _: Rest<Value>| {
        isolated(&*of_isolated, state, name)
    });
}

/// The text of a template by its name for the engine; `None` if there is none.
pub(super) fn source(name: &str) -> Result<Option<&str>, Error> {
    if let Some(placed) = Placed::of(name) {
        return Ok(Some(placed.source));
    }
    if let Some(reason) = name.strip_prefix(UNREADABLE) {
        return Err(type_error(reason.to_owned()));
    }
    Ok(if name.starts_with(MISSING) { None } else { Some(name) })
}

/// The name for the engine of a template that the template `parent` asks for.
fn joined(lookup: &dyn Lookup, name: &str, parent: &str, sees_names: bool) -> String {
    if [PLACED, MISSING, UNREADABLE].iter().any(|resolved| name.starts_with(resolved)) {
        return name.to_owned();
    }
    let Some(parent) = Placed::of(parent) else {
        return format!("{MISSING}{name}");
    };
    match lookup.find(name, parent.directory, parent.path) {
        Ok(found) => {
            let source = normalise_line_ends(&found.source);
            Placed { directory: &found.directory, path: &found.path, sees_names, source: &source }.name()
        }
        Err(NotLoaded::Missing) => format!("{MISSING}{name}"),
        Err(NotLoaded::Unreadable(reason)) => format!("{UNREADABLE}{reason}"),
    }
}

/// Resolves the name of the template that is extended, so that the engine notices when it is one that extends this one.
fn parent(lookup: &dyn Lookup, state: &State<'_, '_>, name: &Value) -> Result<Value, Error> {
    demand_defined(name)?;
    match name.as_str() {
        Some(text) => Ok(Value::from(joined(lookup, text, state.name(), true))),
        None => Ok(name.clone()),
    }
}

/// Resolves the name, or the names, of a template that does not see the names of the one that asks for it.
fn isolated(lookup: &dyn Lookup, state: &State<'_, '_>, name: &Value) -> Result<Value, Error> {
    demand_defined(name)?;
    if let Some(text) = name.as_str() {
        return Ok(Value::from(joined(lookup, text, state.name(), false)));
    }
    let asking = state.name().to_owned();
    let resolved = |name: Value| match name.as_str() {
        Some(text) => Value::from(joined(lookup, text, &asking, false)),
        None => name,
    };
    Ok(Value::from(name.try_iter()?.map(resolved).collect::<Vec<_>>()))
}

/// The translation of a template by what is known of its place.
pub(super) fn translated(
    placed: Option<&Placed<'_>>,
    source: &str,
    syntax: &Syntax,
    globals: &[String],
) -> Translation {
    let is_asked_for = placed.is_some_and(|placed| !placed.path.is_empty());
    let mut translation = translate(source, syntax, is_asked_for);
    if placed.is_some_and(|placed| !placed.sees_names) {
        let mut engine = Environment::new();
        engine.set_syntax(syntax.settings().unwrap_or_default());
        // The error of a template that cannot be read is told when it is compiled.
        if let Ok(template) = engine.template_from_str(&translation.text) {
            let mut names: Vec<String> = template.undeclared_variables(false).into_iter().collect();
            names.retain(|name| !KNOWN_EVERYWHERE.contains(&name.as_str()) && !globals.contains(name));
            names.sort();
            let hidden: String = names
                .iter()
                .map(|name| format!("{} set {name} = {NOTHING} {}", syntax.block.0, syntax.block.1))
                .collect();
            translation.prepend(&hidden);
        }
    }
    translation
}

/// What an error says about a template that does not exist.
pub(super) fn missing_message(error: &Error) -> String {
    let detail = error.detail().unwrap_or_default();
    let Some(parent) = error.name().and_then(Placed::of) else {
        return "no loader for this environment specified".to_owned();
    };
    let names =
        match detail.split_once("non-existing template ").or_else(|| detail.split_once("none of which existed ")) {
            Some((_, names)) => {
                names.trim_matches(['[', ']', '"']).replace('"', "").replace("\\0missing:", "").replace(MISSING, "")
            }
            None => {
                let name = detail.split(MISSING).nth(1).or_else(|| detail.split("missing:").nth(1)).unwrap_or_default();
                name.split('"').next().unwrap_or_default().to_owned()
            }
        };
    if parent.directory.is_empty() {
        return format!("template not found: {names}");
    }
    format!("template not found: {names} (searched in {})", parent.directory)
}
