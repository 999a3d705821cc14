//! The lines of a version of a file as they may be shown.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use similar::{DiffOp, DiffTag};

use super::text::lines;
use crate::redact::{MASK, Redactor};

/// One version of a file, in lines.
pub(super) struct Version<'text> {
    /// The lines as they are, for comparing.
    pub(super) lines: Vec<&'text str>,
    /// Where secrets are in them.
    secrets: HashMap<usize, Vec<Range<usize>>>,
}

impl<'text> Version<'text> {
    /// Looks for secrets in the whole text, as some have more than one line.
    pub(super) fn new(text: &'text str, secrets: &Redactor) -> Self {
        let lines = lines(text);
        let found = secrets.find(text);
        let mut in_lines: HashMap<usize, Vec<Range<usize>>> = HashMap::new();
        let mut remaining = found.as_slice();
        for (number, line) in lines.iter().enumerate() {
            if remaining.is_empty() {
                break;
            }
            let begin = line.as_ptr().addr() - text.as_ptr().addr();
            let end = begin + line.len();
            let before = remaining.partition_point(|range| range.end <= begin);
            remaining = &remaining[before..];
            for range in remaining.iter().take_while(|range| range.start < end) {
                let mut part = range.start.max(begin) - begin..range.end.min(end) - begin;
                // The indentation of the following lines of a secret is none of it.
                part.start += line[part.clone()].len() - line[part.clone()].trim_start().len();
                if part.start < part.end {
                    in_lines.entry(number).or_default().push(part);
                }
            }
        }
        Self { lines, secrets: in_lines }
    }

    /// A line with its secrets masked.
    pub(super) fn shown(&self, number: usize) -> Cow<'text, str> {
        let line = self.lines[number];
        let Some(secrets) = self.secrets.get(&number) else {
            return Cow::Borrowed(line);
        };
        let mut shown = String::new();
        let mut at = 0;
        for range in secrets {
            shown.push_str(&line[at..range.start]);
            shown.push_str(MASK);
            at = range.end;
        }
        shown.push_str(&line[at..]);
        Cow::Owned(shown)
    }

    /// What stands before and behind the secrets of a line.
    fn around(&self, number: usize) -> Option<(&'text str, &'text str)> {
        let secrets = self.secrets.get(&number)?;
        let line = self.lines[number];
        Some((&line[..secrets.first()?.start], &line[secrets.last()?.end..]))
    }
}

/// The removed lines of a hunk that held a former secret, as they are shown. Nobody knows former secrets, but they stood where
/// the present ones are: in a line with the same text around, or else in any of the lines that were replaced.
pub(super) fn replaced_secrets(hunk: &[DiffOp], old: &Version<'_>, new: &Version<'_>) -> HashMap<usize, String> {
    let mut masked = HashMap::new();
    if new.secrets.is_empty() {
        return masked;
    }
    let removed: Vec<usize> = changed(hunk).flat_map(DiffOp::old_range).collect();
    for operation in changed(hunk) {
        // A line that held a present secret before needs no other counterpart.
        let known = operation.old_range().filter(|number| old.secrets.contains_key(number)).count();
        let mut without_counterpart = 0;
        for (before, behind) in operation.new_range().filter_map(|number| new.around(number)) {
            let mut found = false;
            if !(before.trim().is_empty() && behind.trim().is_empty()) {
                for number in removed.iter().filter(|number| !old.secrets.contains_key(number)) {
                    let line = old.lines[*number];
                    if line.len() >= before.len() + behind.len() && line.starts_with(before) && line.ends_with(behind) {
                        masked.insert(*number, format!("{before}{MASK}{behind}"));
                        found = true;
                    }
                }
            }
            without_counterpart += usize::from(!found);
        }
        if operation.tag() == DiffTag::Replace && without_counterpart > known {
            for number in operation.old_range().filter(|number| !old.secrets.contains_key(number)) {
                masked.entry(number).or_insert_with(|| MASK.to_owned());
            }
        }
    }
    masked
}

fn changed(hunk: &[DiffOp]) -> impl Iterator<Item = &DiffOp> {
    hunk.iter().filter(|operation| operation.tag() != DiffTag::Equal)
}
