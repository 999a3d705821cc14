//! Templates: minijinja with the semantics of Jinja2 that deployments rely on.
//!
//! [`Engine`] renders a template given as text with the settings that batou gives to Jinja2: default delimiters, `@@` line
//! statements, the trailing newline kept, undefined names are errors, no escaping. Values appear as Python's `str()` writes
//! them. What minijinja reads differently from Jinja2 is translated before it is compiled; what it lacks (filters,
//! functions, Python's methods) is added here. Errors are [`TemplateError`]s: they name the template, the line and the
//! column, and never show the value of a variable.

mod arguments;
mod attributes;
mod containers;
mod engine;
mod error;
mod filters;
mod functions;
mod json;
mod lookup;
mod macros;
mod markup;
mod methods;
mod numbers;
mod operators;
mod place;
mod position;
mod pretty;
mod printf;
mod python_format;
mod rules;
mod scan;
mod sequence_filters;
mod sequence_methods;
mod str_format;
mod syntax;
mod text_filters;
mod text_literal;
mod translate;
mod undefined;
mod variadic;

pub use engine::{Engine, Escaping, Options, TypeNames};
pub use error::{TemplateError, TemplateErrorKind};
pub use lookup::{Loaded, Lookup, NotLoaded};
pub use numbers::LargeInteger;
pub use operators::ForeignOperators;
pub use python_format::{to_repr, to_str, write_repr, write_str};
pub use syntax::Syntax;
pub use translate::{is_plain, mentions_templates};
