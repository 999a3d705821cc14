//! Where in the text of the user an error of the engine happened.

use std::error::Error as _;

use minijinja::Error;

use super::scan::tags;
use super::syntax::Syntax;
use super::translate::Translation;

/// The error that caused the others.
pub(super) fn innermost(error: &Error) -> &Error {
    let mut innermost = error;
    while let Some(cause) = innermost.source().and_then(|cause| cause.downcast_ref::<Error>()) {
        innermost = cause;
    }
    innermost
}

/// The byte range of the user's text that an error is about.
pub(super) fn position(
    error: &Error,
    translation: &Translation,
    source: &str,
    syntax: &Syntax,
) -> Option<std::ops::Range<usize>> {
    let range = innermost(error).range().or_else(|| error.range())?;
    let range = translation.source_range(range);
    // Spans of engine errors end at most one past the text; a range is shown only if it cuts the text properly.
    let range = range.start.min(source.len())..range.end.min(source.len());
    source.get(range.clone()).map(|_| narrowed(range, innermost(error), source, syntax))
}

/// Narrows the range of an undefined value to the expression that is undefined, if that stands in it, else in its tag.
fn narrowed(range: std::ops::Range<usize>, error: &Error, source: &str, syntax: &Syntax) -> std::ops::Range<usize> {
    let Some(expression) = error.detail().and_then(undefined_expression) else {
        return range;
    };
    let found = |area: std::ops::Range<usize>| {
        let is_word = |character: char| character == '_' || character.is_alphanumeric();
        let text = &source[area.clone()];
        let mut places = text
            .match_indices(expression)
            .map(|(at, _)| at)
            .filter(|at| !text[..*at].ends_with(is_word) && !text[at + expression.len()..].starts_with(is_word));
        places.next().map(|at| area.start + at..area.start + at + expression.len())
    };
    found(range.clone())
        .or_else(|| {
            // The operators that became filters report the place of the filter.
            let tag =
                tags(source, syntax).into_iter().find(|tag| (tag.open.start..=tag.close.end).contains(&range.start))?;
            found(tag.open.end..tag.close.start)
        })
        .unwrap_or(range)
}

/// A place in the text that the user wrote, with its line.
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) text: String,
    pub(super) width: u32,
}

impl Place {
    pub(super) fn new(source: &str, range: std::ops::Range<usize>) -> Self {
        let line_start = source[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = source[range.start..].find('\n').map_or(source.len(), |newline| range.start + newline);
        let concerned = &source[range.start..range.end.clamp(range.start, line_end)];
        Self {
            line: source[..range.start].matches('\n').count() + 1,
            column: source[line_start..range.start].chars().count() + 1,
            text: source[line_start..line_end].to_owned(),
            width: u32::try_from(concerned.chars().count().max(1)).unwrap_or(u32::MAX),
        }
    }
}

/// The expression in a detail such as "... (`foo.bar` is undefined, from line 2)".
pub(super) fn undefined_expression(detail: &str) -> Option<&str> {
    let end = detail.rfind("` is undefined")?;
    let start = detail[..end].rfind('`')? + 1;
    Some(&detail[start..end])
}
