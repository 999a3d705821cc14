//! What is found in a file, and how it is told.

use super::{except, names, syntax, tokens::logical_lines};

/// A place that has to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Counted from 1.
    pub line: usize,
    /// Counted in characters from 0.
    pub column: usize,
    /// How many characters are concerned; at least 1.
    pub width: usize,
    /// What to write instead.
    pub remedy: String,
    /// What makes it one.
    pub cause: Cause,
    /// First and last line of the statement.
    pub(super) statement: (usize, usize),
}

/// Why a place has to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Python 2 has another syntax.
    Syntax,
    /// This name is unknown today.
    Name(String),
}

/// How the file failed.
#[derive(Debug, Clone, Copy)]
pub enum Failure<'a> {
    /// It is not Python.
    Syntax,
    /// A line of it raised an exception.
    Raised {
        /// Counted from 1.
        line: usize,
        /// The name that was not found, if the exception says one.
        name: Option<&'a str>,
    },
    /// It holds this clause, whatever else happened.
    Known,
}

/// All places of a file, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Each line concerned with a mark under each place and what to write there.
    pub excerpt: String,
    /// How many lines are concerned.
    pub lines: usize,
    /// What to write at the first place.
    pub first: String,
}

/// Finds everything of Python 2 in a file, in the order of the file.
pub fn findings(text: &str) -> Vec<Finding> {
    let lines = logical_lines(text);
    let places = Places::of(text);
    let mut found = syntax::find(text, &lines, &places);
    found.extend(except::find(text, &lines, &places));
    found.extend(names::find(&lines, &places));
    found.sort_by_key(|finding| (finding.line, finding.column));
    found
}

/// All places of a file that failed in some way; none if the failure has nothing to do with the age of the file.
pub fn report(text: &str, failure: Failure<'_>) -> Option<Report> {
    let found = findings(text);
    let concerned = match failure {
        Failure::Syntax => found.iter().any(|finding| finding.cause == Cause::Syntax),
        Failure::Raised { line, name } => found.iter().any(|finding| {
            let (first, last) = finding.statement;
            let is_cause = match (&finding.cause, name) {
                (Cause::Name(gone), Some(missing)) => gone == missing,
                _ => true,
            };
            (first..=last).contains(&line) && is_cause
        }),
        Failure::Known => !found.is_empty(),
    };
    if !concerned {
        return None;
    }
    let first = found.first()?.remedy.clone();
    let mut excerpt = Vec::new();
    for finding in &found {
        let shown: String = text.split('\n').nth(finding.line - 1)?.trim_end().into();
        let shown = format!("{:>4} | {shown}", finding.line);
        // The line stands there once, whatever is found in it.
        if !excerpt.contains(&shown) {
            excerpt.push(shown.clone());
        }
        let before: String = shown.chars().skip(7).take(finding.column).map(blank).collect();
        excerpt.push(format!("     | {before}{} {}", "^".repeat(finding.width), finding.remedy));
    }
    let mut lines: Vec<usize> = found.iter().map(|finding| finding.line).collect();
    lines.dedup();
    Some(Report { excerpt: excerpt.join("\n"), lines: lines.len(), first })
}

fn blank(letter: char) -> char {
    if letter == '\t' { '\t' } else { ' ' }
}

/// Where the lines of a text begin.
pub(super) struct Places<'text> {
    text: &'text str,
    starts: Vec<usize>,
}

impl<'text> Places<'text> {
    pub fn of(text: &'text str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        Self { text, starts }
    }

    /// The line of a place, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// A finding from `start` to `end`, in a statement that goes from line to line. It ends with its first line.
    pub fn finding(
        &self,
        (start, end): (usize, usize),
        statement: (usize, usize),
        remedy: String,
        cause: Cause,
    ) -> Finding {
        let line = self.line(start);
        let begin = self.starts[line - 1];
        let marked = self.text[start..end].split('\n').next().unwrap_or_default();
        Finding {
            line,
            column: self.text[begin..start].chars().count(),
            width: marked.chars().count().max(1),
            remedy,
            cause,
            statement: (self.line(statement.0), self.line(statement.1)),
        }
    }
}
