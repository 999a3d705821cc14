//! How templates are written: the delimiters of tags, and what becomes of the white space around them.

use minijinja::syntax::SyntaxConfig;

use super::error::{TemplateError, TemplateErrorKind};

/// Delimiters and treatment of white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// Start and end of statements.
    pub block: (String, String),
    /// Start and end of what is written.
    pub variable: (String, String),
    /// Start and end of comments.
    pub comment: (String, String),
    /// What makes a line a statement.
    pub line_statement_prefix: Option<String>,
    /// Whether the newline behind a statement is left out.
    pub trim_blocks: bool,
    /// Whether the indentation of a statement that stands first in its line is left out.
    pub lstrip_blocks: bool,
    /// Whether a newline at the end of a template is kept.
    pub keep_trailing_newline: bool,
}

impl Syntax {
    /// The one that Jinja2 has by default.
    pub fn of_jinja2() -> Self {
        Self { line_statement_prefix: None, keep_trailing_newline: false, ..Self::default() }
    }

    /// The settings of the engine; line statements are translated before it sees them.
    ///
    /// # Errors
    /// Delimiters that cannot be told apart.
    pub(super) fn settings(&self) -> Result<SyntaxConfig, TemplateError> {
        let mut syntax = SyntaxConfig::builder();
        syntax
            .block_delimiters(self.block.0.clone(), self.block.1.clone())
            .variable_delimiters(self.variable.0.clone(), self.variable.1.clone())
            .comment_delimiters(self.comment.0.clone(), self.comment.1.clone())
            .trim_blocks(self.trim_blocks)
            .lstrip_blocks(self.lstrip_blocks)
            .keep_trailing_newline(self.keep_trailing_newline);
        syntax.build().map_err(|error| TemplateError {
            kind: TemplateErrorKind::Syntax,
            message: "block, variable and comment start strings must be different, and none may be empty".to_owned(),
            template: String::new(),
            line: None,
            column: None,
            source_line: None,
            width: 1,
            cause: Some(error),
        })
    }

    /// Whether a text with these delimiters can be told to be plain by its first characters.
    pub(super) fn has_usual_delimiters(&self) -> bool {
        let usual = Self::default();
        self.block == usual.block
            && self.variable == usual.variable
            && self.comment == usual.comment
            && matches!(self.line_statement_prefix.as_deref(), None | Some("@@"))
    }
}

impl Default for Syntax {
    /// The one that batou gives to Jinja2.
    fn default() -> Self {
        let pair = |start: &str, end: &str| (start.to_owned(), end.to_owned());
        Self {
            block: pair("{%", "%}"),
            variable: pair("{{", "}}"),
            comment: pair("{#", "#}"),
            line_statement_prefix: Some("@@".to_owned()),
            trim_blocks: false,
            lstrip_blocks: false,
            keep_trailing_newline: true,
        }
    }
}
