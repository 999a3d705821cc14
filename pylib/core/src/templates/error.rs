//! What went wrong in a template, and where.

use std::fmt;

/// The kind of a failure, for callers that map failures to exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateErrorKind {
    /// A name, an attribute or an item does not exist (Jinja2: `UndefinedError`).
    Undefined,
    /// The template cannot be understood (Jinja2: `TemplateSyntaxError`, `TemplateAssertionError`).
    Syntax,
    /// The template asks for another one (`include`, `extends`, `import`) that does not exist, or where none are known.
    NotFound,
    /// A number was divided by zero (Python: `ZeroDivisionError`).
    DivisionByZero,
    /// Any other failure while rendering (mostly Python's `TypeError` and `ValueError`).
    Runtime,
    /// A value of the context failed with an error of its own, which is the [source](std::error::Error::source).
    Callback,
}

/// A template that could not be rendered.
///
/// The text names the cause, never the value of a variable. The position is `None` where the engine does not know it.
pub struct TemplateError {
    /// What kind of failure it is.
    pub kind: TemplateErrorKind,
    /// What is wrong, in the words of Jinja2 where it has some.
    pub message: String,
    /// The name that the caller gave to the template.
    pub template: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// The line of the template as the user wrote it.
    pub source_line: Option<String>,
    /// How many characters from the column on are concerned; at least 1.
    pub width: u32,
    /// The engine's own error: kept only for what it carries, since its text may hold values.
    pub(super) cause: Option<minijinja::Error>,
}

impl TemplateError {
    /// The message with the position, the line of the template and a caret under the place.
    ///
    /// ```text
    /// nginx.conf:3:11: 'foo' is undefined
    ///    3 | listen {{ foo }};
    ///      |           ^^^
    /// ```
    pub fn excerpt(&self) -> String {
        let mut output = self.to_string();
        if let (Some(line), Some(column), Some(text)) = (self.line, self.column, &self.source_line) {
            // A tab stays a tab, so that the caret stands under its place at any width of tabs.
            let indentation: String =
                text.chars().take(column - 1).map(|character| if character == '\t' { '\t' } else { ' ' }).collect();
            let caret = "^".repeat(self.width.max(1) as usize);
            output.push_str(&format!("\n{line:>4} | {text}\n{:>4} | {indentation}{caret}", ""));
        }
        output
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.template)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(formatter, ":{number}")?;
        }
        write!(formatter, ": {}", self.message)
    }
}

impl fmt::Debug for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TemplateError")
            .field("kind", &self.kind)
            .field("message", &self.message)
            .field("template", &self.template)
            .field("line", &self.line)
            .field("column", &self.column)
            .field("source_line", &self.source_line)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for TemplateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().and_then(foreign_cause)
    }
}

/// The first cause of an engine error that the engine did not make.
pub(super) fn foreign_cause(error: &minijinja::Error) -> Option<&(dyn std::error::Error + 'static)> {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if !error.is::<minijinja::Error>() {
            return Some(error);
        }
        cause = error.source();
    }
    None
}
