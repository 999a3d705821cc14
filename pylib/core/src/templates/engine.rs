//! The template engine: settings, cache and the translation of errors.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};

use super::error::{TemplateError, TemplateErrorKind, foreign_cause};
use super::lookup::{Files, Lookup};
use super::numbers::DIVISION_BY_ZERO;
use super::operators::{ForeignOperators, Operators};
use super::place::{self, Placed};
use super::position::{Place, innermost, position, undefined_expression};
use super::syntax::Syntax;
use super::translate::{is_plain, mentions_templates, normalise_line_ends};
use super::{
    containers, filters, functions, json, markup, methods, python_format, sequence_filters, text_filters, undefined,
    variadic,
};

pub use super::undefined::TypeNames;

/// How many bytes of templates are kept compiled before the cache starts anew.
const CACHE_LIMIT: usize = 64 * 1024 * 1024;

/// Whether values are escaped for HTML in the template of a name; `None` stands for a text without name.
pub type Escaping = dyn Fn(Option<&str>) -> bool + Send + Sync;

/// What an engine does otherwise than that of batou.
pub struct Options {
    /// How templates are written.
    pub syntax: Syntax,
    /// What names without a value do.
    pub undefined: UndefinedBehavior,
    /// Where values are escaped.
    pub is_escaped: Arc<Escaping>,
    /// Where templates come from that others ask for.
    pub lookup: Arc<dyn Lookup>,
    /// The names of globals that are added.
    pub globals: Vec<String>,
    /// Adds filters, tests and globals.
    pub additions: Box<dyn FnOnce(&mut Environment<'static>)>,
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Options").field("syntax", &self.syntax).finish_non_exhaustive()
    }
}

/// Renders templates given as text, with the settings that batou gives to Jinja2.
///
/// Compiled templates are kept by their content, so that a text which is rendered many times is compiled once. An engine
/// can be used from several threads.
pub struct Engine {
    settings: Environment<'static>,
    cache: Mutex<Arc<Environment<'static>>>,
    cached_bytes: Arc<AtomicUsize>,
    type_names: Option<Box<TypeNames>>,
    syntax: Syntax,
    is_lenient: bool,
    globals: Arc<[String]>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Engine").field("cached_bytes", &self.cached_bytes).finish_non_exhaustive()
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// Makes an engine with an empty cache.
    pub fn new() -> Self {
        let cached_bytes = Arc::new(AtomicUsize::new(0));
        let operators = Operators::default();
        let settings =
            settings(Arc::clone(&cached_bytes), &operators, &default_lookup(), Syntax::default(), Arc::from([]));
        Self {
            cache: Mutex::new(Arc::new(settings.clone())),
            settings,
            cached_bytes,
            type_names: None,
            syntax: Syntax::default(),
            is_lenient: false,
            globals: Arc::from([]),
        }
    }

    /// Names the types of values that another crate wraps, as `module.Class`, for messages such as
    /// `'module.Class object' has no attribute 'foo'`. Asked only after an error.
    #[must_use]
    pub fn with_type_names(mut self, type_names: impl Fn(&Value) -> Option<String> + Send + Sync + 'static) -> Self {
        self.type_names = Some(Box::new(type_names));
        self
    }

    /// Has the operators of templates ask for values that another crate wraps.
    #[must_use]
    pub fn with_foreign_operators(mut self, foreign: impl ForeignOperators + 'static) -> Self {
        let operators = Operators::with_foreign(foreign);
        let cached_bytes = Arc::clone(&self.cached_bytes);
        self.settings = settings(cached_bytes, &operators, &default_lookup(), Syntax::default(), Arc::from([]));
        self.cache = Mutex::new(Arc::new(self.settings.clone()));
        self
    }

    /// Makes an engine that differs from that of batou.
    ///
    /// # Errors
    /// Delimiters that cannot be told apart.
    pub fn with_options(foreign: impl ForeignOperators + 'static, options: Options) -> Result<Self, TemplateError> {
        let syntax = options.syntax.settings()?;
        let mut engine = Self::new();
        let operators = Operators::with_foreign(foreign);
        let cached_bytes = Arc::clone(&engine.cached_bytes);
        engine.globals = Arc::from(options.globals);
        let globals = Arc::clone(&engine.globals);
        let mut environment = settings(cached_bytes, &operators, &options.lookup, options.syntax.clone(), globals);
        environment.set_syntax(syntax);
        environment.set_undefined_behavior(options.undefined);
        let is_escaped = options.is_escaped;
        environment.set_auto_escape_callback(move |name| {
            let path = Placed::of(name).map(|placed| placed.path.to_owned()).filter(|path| !path.is_empty());
            if is_escaped(path.as_deref()) { AutoEscape::Html } else { AutoEscape::None }
        });
        (options.additions)(&mut environment);
        engine.cache = Mutex::new(Arc::new(environment.clone()));
        engine.settings = environment;
        engine.syntax = options.syntax;
        engine.is_lenient = !matches!(options.undefined, UndefinedBehavior::Strict | UndefinedBehavior::SemiStrict);
        Ok(engine)
    }

    /// Applies a filter of the engine to arguments.
    ///
    /// # Errors
    /// There is no such filter, or it fails.
    pub fn apply_filter(&self, name: &str, arguments: &[Value]) -> Result<Value, TemplateError> {
        let environment = self.environment();
        let applied =
            undefined::tolerating(self.is_lenient, || environment.empty_state().apply_filter(name, arguments));
        applied.map_err(|error| self.template_error(error, "", name, &Value::UNDEFINED))
    }

    /// Applies a test of the engine to arguments.
    ///
    /// # Errors
    /// There is no such test, or it fails.
    pub fn perform_test(&self, name: &str, arguments: &[Value]) -> Result<bool, TemplateError> {
        let environment = self.environment();
        let applied =
            undefined::tolerating(self.is_lenient, || environment.empty_state().perform_test(name, arguments));
        applied.map_err(|error| self.template_error(error, "", name, &Value::UNDEFINED))
    }

    /// Reads the template `name` with the text `source` and keeps it for its rendering.
    ///
    /// # Errors
    /// It is not written correctly.
    pub fn check(&self, source: &str, name: Option<&str>) -> Result<(), TemplateError> {
        let source = normalise_line_ends(source);
        if is_plain(&source) && self.syntax.has_usual_delimiters() {
            return Ok(());
        }
        let placed = Placed { directory: "", path: name.unwrap_or_default(), sees_names: true, source: &source }.name();
        let environment = self.environment();
        let read = environment.get_template(&placed).map(drop);
        read.map_err(|error| self.template_error(error, &source, name.unwrap_or_default(), &Value::UNDEFINED))
    }

    /// Renders the template `name` with the text `source`: what it asks for comes from the lookup.
    ///
    /// # Errors
    /// As [`render_in`](Self::render_in).
    pub fn render_named(&self, source: &str, name: Option<&str>, context: Value) -> Result<String, TemplateError> {
        let source = normalise_line_ends(source);
        if is_plain(&source) && self.syntax.has_usual_delimiters() {
            let kept = if self.syntax.keep_trailing_newline { None } else { source.strip_suffix('\n') };
            return Ok(kept.unwrap_or(&source).to_owned());
        }
        let placed = Placed { directory: "", path: name.unwrap_or_default(), sees_names: true, source: &source }.name();
        let environment = self.environment();
        undefined::tolerating(self.is_lenient, || {
            environment.get_template(&placed).and_then(|template| template.render(context.clone()))
        })
        .map_err(|error| self.template_error(error, &source, name.unwrap_or_default(), &context))
    }

    /// Renders `source` as [`render_in`](Self::render_in) does, without a directory: it can ask for no other template.
    ///
    /// # Errors
    /// As [`render_in`](Self::render_in).
    pub fn render(&self, source: &str, name: &str, context: Value) -> Result<String, TemplateError> {
        self.render_in(source, name, None, context)
    }

    /// Renders `source` with the variables in `context`; `name` is what errors call the template, and `directory` is where
    /// the templates are that it includes, imports or extends. Those of an included template are beside that one.
    ///
    /// Line ends in the source become line feeds, all else outside of tags appears as it is, the last newline included.
    ///
    /// # Errors
    /// A [`TemplateError`] that tells kind, cause and place. An error of a value of the context, which its `Object` gave
    /// as the source of a [`minijinja::Error`], is the source of the `TemplateError`.
    pub fn render_in(
        &self,
        source: &str,
        name: &str,
        directory: Option<&Path>,
        context: Value,
    ) -> Result<String, TemplateError> {
        let source = normalise_line_ends(source);
        if is_plain(&source) {
            return Ok(source.into_owned());
        }
        let environment = self.environment();
        let placed = directory.filter(|_| mentions_templates(&source)).map(|directory| {
            Placed { directory: &directory.to_string_lossy(), path: "", sees_names: true, source: &source }.name()
        });
        let rendered = undefined::tolerating(self.is_lenient, || {
            environment
                .get_template(placed.as_deref().unwrap_or(&source))
                .and_then(|template| template.render(context.clone()))
        });
        rendered.map_err(|error| self.template_error(error, &source, name, &context))
    }

    /// The environment that holds the compiled templates, a new one when the old one has grown too large.
    fn environment(&self) -> Arc<Environment<'static>> {
        // A panic of another thread while it held the lock leaves a whole environment behind.
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if self.cached_bytes.load(Ordering::Relaxed) > CACHE_LIMIT {
            self.cached_bytes.store(0, Ordering::Relaxed);
            *cache = Arc::new(self.settings.clone());
        }
        Arc::clone(&cache)
    }

    #[cold]
    fn template_error(&self, error: Error, source: &str, name: &str, context: &Value) -> TemplateError {
        // An error may be in a template that this one asked for.
        let placed = innermost(&error).name().and_then(Placed::of).filter(|placed| !placed.path.is_empty());
        let (source, name) = placed.map_or((source, name), |placed| (placed.source, placed.path));
        // An error inside a macro or a filter may be wrapped; the innermost one of the engine knows the cause.
        let (kind, mut message) = self.explain(innermost(&error), context);
        let translation = place::translated(placed.as_ref(), source, &self.syntax, &self.globals);
        let range = position(&error, &translation, source, &self.syntax);
        // Inside of macros the engine does not name the expression, but its place is known.
        if kind == TemplateErrorKind::Undefined
            && innermost(&error).detail().is_none()
            && let Some(range) = range.clone()
            && !source[..range.start].trim_end().ends_with('|')
        {
            message = undefined::message(source[range].trim(), context, self.type_names.as_deref());
        }
        let place = range.map(|range| Place::new(source, range));
        let (line, column, source_line, width) = match place {
            Some(place) => (Some(place.line), Some(place.column), Some(place.text), place.width),
            None => (innermost(&error).line(), None, None, 1),
        };
        let template = name.to_owned();
        TemplateError { kind, message, template, line, column, source_line, width, cause: Some(error) }
    }

    /// Kind and message of an error of minijinja, in the words of Jinja2 and Python.
    fn explain(&self, error: &Error, context: &Value) -> (TemplateErrorKind, String) {
        use TemplateErrorKind as Kind;
        if let Some(cause) = foreign_cause(error) {
            return (Kind::Callback, cause.to_string());
        }
        let detail = error.detail().unwrap_or_default();
        // minijinja adds to its message which expression led to an undefined value.
        if let Some(expression) = undefined_expression(detail) {
            let message = undefined::message(expression, context, self.type_names.as_deref());
            return (Kind::Undefined, message);
        }
        let last_word = detail.rsplit(' ').next().unwrap_or_default();
        match error.kind() {
            ErrorKind::UndefinedError if detail.is_empty() => (Kind::Undefined, "value is undefined".to_owned()),
            ErrorKind::UndefinedError => (Kind::Undefined, detail.to_owned()),
            ErrorKind::UnknownFunction => {
                let name = detail.strip_suffix(" is unknown").unwrap_or(detail);
                (Kind::Undefined, format!("'{name}' is undefined"))
            }
            ErrorKind::UnknownMethod => {
                let owner = match detail.split(" has no method").next().unwrap_or_default() {
                    "string" => "str object",
                    "map" => "dict object",
                    "sequence" => "list object",
                    "number" => "number object",
                    "none" => "None",
                    other => other,
                };
                (Kind::Undefined, format!("'{owner}' has no attribute '{last_word}'"))
            }
            ErrorKind::UnknownFilter => (Kind::Syntax, format!("No filter named '{}'.", unknown_name(detail))),
            ErrorKind::UnknownTest => (Kind::Syntax, format!("No test named '{}'.", unknown_name(detail))),
            ErrorKind::SyntaxError => (Kind::Syntax, syntax_message(detail)),
            ErrorKind::TemplateNotFound => (Kind::NotFound, place::missing_message(error)),
            // The text of the engine shows its name for the template, which holds the template.
            _ if detail.starts_with("cycle in template inheritance") => {
                (Kind::Runtime, "the template extends itself".to_owned())
            }
            _ if detail == DIVISION_BY_ZERO => (Kind::DivisionByZero, detail.to_owned()),
            // The text shows the operands, which may be secrets.
            ErrorKind::InvalidOperation if detail.starts_with("unable to calculate ") => {
                if matches!(last_word, "0" | "0.0" | "-0.0" | "False") {
                    (Kind::DivisionByZero, "division by zero".to_owned())
                } else {
                    (Kind::Runtime, "the result of the calculation is out of range".to_owned())
                }
            }
            kind if detail.is_empty() => (Kind::Runtime, kind.to_string()),
            _ => (Kind::Runtime, detail.to_owned()),
        }
    }
}

fn default_lookup() -> Arc<dyn Lookup> {
    Arc::new(Files)
}

fn settings(
    cached_bytes: Arc<AtomicUsize>,
    operators: &Operators,
    lookup: &Arc<dyn Lookup>,
    syntax: Syntax,
    globals: Arc<[String]>,
) -> Environment<'static> {
    let mut environment = Environment::new();
    // Building fails for clashing delimiters only; who may set them has asked before.
    environment.set_syntax(syntax.settings().unwrap_or_default());
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    // Only with it does the engine remember which expression was undefined. Its dump of variables is never shown.
    environment.set_debug(true);
    environment.set_formatter(write_value);
    let own = operators.clone();
    environment.set_unknown_method_callback(move |state, value, method, arguments| {
        methods::call(&own, state, value, method, arguments)
    });
    environment.set_loader(move |name| {
        let Some(source) = place::source(name)? else {
            return Ok(None);
        };
        cached_bytes.fetch_add(source.len() * 2, Ordering::Relaxed);
        Ok(Some(place::translated(Placed::of(name).as_ref(), source, &syntax, &globals).text))
    });
    place::register(&mut environment, lookup);
    // Its output would be every variable with its value.
    environment.remove_global("debug");
    filters::register(&mut environment);
    text_filters::register(&mut environment);
    markup::register(&mut environment);
    json::register(&mut environment);
    functions::register(&mut environment);
    sequence_filters::register(&mut environment, operators);
    containers::register(&mut environment);
    operators.register(&mut environment);
    variadic::register(&mut environment);
    environment
}

fn write_value(output: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let is_escaped = !matches!(state.auto_escape(), AutoEscape::None) && !value.is_safe();
    if let Some(text) = value.as_str().filter(|_| !is_escaped && value.kind() == ValueKind::String) {
        return Ok(output.write_str(text)?);
    }
    match value.kind() {
        ValueKind::Undefined | ValueKind::Invalid => minijinja::escape_formatter(output, state, value),
        _ if is_escaped => Ok(output.write_str(&markup::escaped(&python_format::to_str(value)))?),
        _ => Ok(python_format::write_str(output, value)?),
    }
}

fn unknown_name(detail: &str) -> &str {
    detail.split(' ').nth(1).unwrap_or(detail)
}

fn syntax_message(detail: &str) -> String {
    match detail.strip_prefix("unknown statement ") {
        Some(name) => format!("Encountered unknown tag '{name}'."),
        None => detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use minijinja::context;
    use minijinja::value::Object;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("KeyError: 'port'")]
    struct Raised;

    #[derive(Debug)]
    struct Component;

    impl Object for Component {
        fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
            match key.as_str() {
                Some("port") => {
                    Some(Value::from(Error::new(ErrorKind::InvalidOperation, "raised").with_source(Raised)))
                }
                _ => None,
            }
        }

        fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, _: &str, _: &[Value]) -> Result<Value, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, "raised").with_source(Raised))
        }
    }

    fn failed(source: &str) -> TemplateError {
        let engine = Engine::new()
            .with_type_names(|value| value.downcast_object_ref::<Component>().map(|_| "component.Web".to_owned()));
        let context =
            context! { component => Value::from_object(Component), password => "hunter2", zero => 0, one => 1 };
        engine.render(source, "nginx.conf", context).expect_err("the template is wrong")
    }

    #[test]
    fn an_error_of_a_value_is_the_source_at_any_depth() {
        for source in [
            "{{ component.port }}",
            "{{ component.start() }}",
            "{{ component['port'] ~ 1 }}",
            "{% for x in component.port %}{% endfor %}",
            "{% macro m() %}{{ component.start() }}{% endmacro %}{{ m() }}",
            "{{ ['a']|map('replace', 'a', component.port)|join }}",
        ] {
            let error = failed(source);
            assert_eq!(error.kind, TemplateErrorKind::Callback, "{source}");
            assert!(std::error::Error::source(&error).is_some_and(|cause| cause.is::<Raised>()), "{source}");
            assert_eq!(error.message, "KeyError: 'port'");
            assert_eq!(error.line, Some(1), "{source}");
        }
    }

    #[test]
    fn the_type_of_a_foreign_value_is_named() {
        assert_eq!(failed("{{ component.prot }}").message, "'component.Web object' has no attribute 'prot'");
    }

    #[test]
    fn no_text_of_an_error_shows_a_value() {
        for source in [
            "{{ foo ~ password }}",
            "{{ password + 1 }}",
            "{{ password / 2 }}",
            "{{ one % zero }}",
            "{{ '%d' % password }}",
            "{{ password.nothing }}",
            "{{ password() }}",
            "{{ [password]|tojson|nofilter }}",
            "{{ password|tojson(password) ~ foo }}",
            "{% for a, b in [password] %}{% endfor %}",
            "{{ password|center(password) }}",
        ] {
            let error = failed(source);
            let mut texts = format!("{error} {error:?} {error:#?} {}", error.excerpt());
            if let Some(cause) = std::error::Error::source(&error) {
                texts.push_str(&cause.to_string());
            }
            assert!(!texts.contains("hunter2"), "{texts}");
        }
    }

    #[test]
    fn the_excerpt_points_at_the_place_in_the_text_of_the_user() {
        let error = failed("a\r\nb\r\n\tlisten {{ 'é' ~ foo }};\r\n");
        assert_eq!(
            error.excerpt(),
            "nginx.conf:3:18: 'foo' is undefined\n   3 | \tlisten {{ 'é' ~ foo }};\n     | \t                ^^^"
        );
    }

    #[test]
    fn line_ends_become_line_feeds() {
        let engine = Engine::new();
        assert_eq!(engine.render("a\r\nb\rc\n", "t", context! {}).as_deref().ok(), Some("a\nb\nc\n"));
        let rendered = engine.render("{{ a }}\r\n@@ if a\r\nx\r\n@@ endif\r\n", "t", context! { a => "1\r\n" });
        assert_eq!(rendered.as_deref().ok(), Some("1\r\n\nx\n"));
    }

    #[test]
    fn several_threads_share_an_engine() {
        let engine = Engine::new();
        std::thread::scope(|scope| {
            for number in 0..4 {
                let engine = &engine;
                scope.spawn(move || {
                    for _ in 0..50 {
                        let rendered = engine.render("{{ a }}", "t", context! { a => number });
                        assert_eq!(rendered.ok(), Some(number.to_string()));
                    }
                });
            }
        });
    }

    #[test]
    fn a_template_is_compiled_once() {
        let engine = Engine::new();
        for number in 0..3 {
            let rendered = engine.render("{{ a }}", &number.to_string(), context! { a => number });
            assert_eq!(rendered.ok(), Some(number.to_string()));
        }
        assert_eq!(engine.cached_bytes.load(Ordering::Relaxed), 2 * "{{ a }}".len());
    }

    #[test]
    fn a_full_cache_starts_anew() {
        let engine = Engine::new();
        engine.cached_bytes.store(CACHE_LIMIT + 1, Ordering::Relaxed);
        assert_eq!(engine.render("{{ 1 }}", "t", context! {}).as_deref().ok(), Some("1"));
        assert_eq!(engine.cached_bytes.load(Ordering::Relaxed), 2 * "{{ 1 }}".len());
    }

    #[test]
    fn no_template_reaches_the_text_of_another() {
        let engine = Engine::new();
        for tag in ["include 'x'", "extends 'x'", "import 'x' as x", "from 'x' import y"] {
            let error = engine.render(&format!("{{% {tag} %}}"), "t", context! {}).expect_err("there is no loader");
            assert_eq!(
                (error.kind, error.message.as_str()),
                (TemplateErrorKind::NotFound, "no loader for this environment specified")
            );
        }
    }

    #[test]
    fn kinds_tell_failures_apart() {
        let cases = [
            ("{{ foo }}", TemplateErrorKind::Undefined),
            ("{{ one / zero }}", TemplateErrorKind::DivisionByZero),
            ("{{ one % zero }}", TemplateErrorKind::DivisionByZero),
            ("{{ one", TemplateErrorKind::Syntax),
            ("{{ one|nothing }}", TemplateErrorKind::Syntax),
            ("{{ one + password }}", TemplateErrorKind::Runtime),
        ];
        for (source, kind) in cases {
            assert_eq!(failed(source).kind, kind, "{source}");
        }
    }
}
