//! Finding secrets in one text.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use zeroize::Zeroizing;

use super::base64_forms::base64_forms;
use super::escapes::Escape;
use super::view::{View, joined};

/// A longer text is looked for in parts of this length, so that a large file costs no more than its size. A multiple of 3 less
/// the overlap, so that the parts keep the places of base64.
const PART: usize = 96;
/// Parts overlap, so that no character of their base64 forms is lost between them.
const STEP: usize = PART - 3;

/// The beginning of a secret at the end of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    /// Where it begins.
    pub(super) at: usize,
    /// How many bytes of a secret are there.
    pub(super) length: usize,
}

/// All that is looked for, in a form for fast searching.
pub(super) struct Matcher {
    automaton: AhoCorasick,
    /// What is looked for, sorted, so that those with a common beginning stand together.
    patterns: Vec<Zeroizing<Vec<u8>>>,
    /// Which pairs of bytes a pattern begins with.
    first_pairs: Vec<u64>,
    /// Which bytes a pattern begins with.
    first_bytes: [bool; 256],
    longest: usize,
    has_blank: bool,
    has_quote: bool,
    has_backslash: bool,
}

impl Matcher {
    /// Prepares the search; none if there is nothing to look for, or more than the automaton can hold.
    pub(super) fn new(texts: &[Zeroizing<Vec<u8>>]) -> Option<Self> {
        let mut patterns = Vec::new();
        for text in texts {
            add_forms(text, &mut patterns);
            // A text of several lines may be shown with other line breaks.
            for replacement in [&b""[..], b" "] {
                if let Some(view) = joined(text, replacement, true) {
                    add_forms(&view.bytes, &mut patterns);
                }
            }
        }
        patterns.sort_unstable_by(|one: &Zeroizing<Vec<u8>>, other| one.as_slice().cmp(other));
        patterns.dedup();
        let longest = patterns.iter().map(|pattern| pattern.len()).max()?;
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(patterns.iter().map(|pattern| pattern.as_slice()))
            .ok()?;
        let mut first_pairs = vec![0; 65536 / 64];
        let mut first_bytes = [false; 256];
        for pattern in &patterns {
            let pair = pair_of(pattern);
            first_pairs[pair / 64] |= 1 << (pair % 64);
            first_bytes[usize::from(pattern[0])] = true;
        }
        let contains = |wanted: u8| patterns.iter().any(|pattern| pattern.contains(&wanted));
        let (has_blank, has_quote, has_backslash) = (contains(b' '), contains(b'\''), contains(b'\\'));
        Some(Self { automaton, patterns, first_pairs, first_bytes, longest, has_blank, has_quote, has_backslash })
    }

    /// The places of secrets in a text, in order and without overlaps; all begin and end between characters.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        self.find_in_lines(text.as_bytes(), &mut |range| found.push(range));
        for escape in Escape::ALL {
            // A text may be escaped twice, as JSON in JSON.
            let Some(once) = escape.resolved(text.as_bytes()) else {
                continue;
            };
            self.find_in_lines(&once.bytes, &mut |range| found.push(once.original(&range)));
            if let Some(twice) = escape.resolved(&once.bytes) {
                self.find_in_lines(&twice.bytes, &mut |range| found.push(once.original(&twice.original(&range))));
            }
        }
        for range in &mut found {
            range.start = text.floor_char_boundary(range.start);
            range.end = text.ceil_char_boundary(range.end);
        }
        united(found)
    }

    /// Looks through a text as it is and with its lines joined.
    fn find_in_lines(&self, text: &[u8], take: &mut dyn FnMut(Range<usize>)) {
        self.find_exactly(text, take);
        for view in self.joined(text) {
            self.find_exactly(&view.bytes, &mut |range| take(view.original(&range)));
        }
    }

    fn find_exactly(&self, text: &[u8], take: &mut dyn FnMut(Range<usize>)) {
        for found in self.automaton.find_overlapping_iter(text) {
            take(found.range());
        }
    }

    fn joined(&self, text: &[u8]) -> Vec<View> {
        // Whether a backslash at the end of a line matters: then the text is read in both ways.
        let both = self.has_backslash && text.contains(&b'\\');
        let mut views = Vec::new();
        for (replacement, wanted) in [(&b""[..], true), (b" ", self.has_blank)] {
            if wanted {
                views.extend(joined(text, replacement, false));
            }
            if wanted && both {
                views.extend(joined(text, replacement, true));
            }
        }
        views
    }

    /// The earliest place from which on the text may be the beginning of a secret whose rest is still to come.
    pub(super) fn beginning(&self, text: &str) -> Option<Beginning> {
        let text = text.as_bytes();
        let mut earliest = self.beginning_in_lines(text);
        for escape in Escape::ALL {
            let cut_off = escape.cut_off(text, self.has_quote);
            let whole = &text[..cut_off.unwrap_or(text.len())];
            let mut found = cut_off.map(|at| Beginning { at, length: usize::MAX });
            if let Some(view) = escape.resolved(whole) {
                let inside = self.beginning_in_lines(&view.bytes);
                found = earlier(found, inside.map(|inside| Beginning { at: view.begin_of(inside.at), ..inside }));
            } else if cut_off.is_some() {
                found = earlier(found, self.beginning_in_lines(whole));
            }
            earliest = earlier(earliest, found);
        }
        earliest
    }

    fn beginning_in_lines(&self, text: &[u8]) -> Option<Beginning> {
        let mut earliest = self.beginning_exactly(text);
        // Blanks at the end may belong to a line break that follows.
        let stripped = text.trim_ascii_end();
        if stripped.len() < text.len() {
            earliest = earlier(earliest, self.beginning_exactly(stripped));
        }
        for view in self.joined(stripped) {
            let inside = self.beginning_exactly(&view.bytes);
            earliest = earlier(earliest, inside.map(|inside| Beginning { at: view.begin_of(inside.at), ..inside }));
        }
        // A backslash may be there because the line goes on.
        if let Some(continued) = stripped.strip_suffix(b"\\") {
            earliest = earlier(earliest, self.beginning_in_lines(continued));
        }
        earliest
    }

    fn beginning_exactly(&self, text: &[u8]) -> Option<Beginning> {
        let first = text.len().saturating_sub(self.longest - 1);
        let at = (first..text.len()).find(|at| {
            let suffix = &text[*at..];
            let may_begin = if suffix.len() == 1 {
                self.first_bytes[usize::from(suffix[0])]
            } else {
                let pair = pair_of(suffix);
                self.first_pairs[pair / 64] & (1 << (pair % 64)) != 0
            };
            may_begin && self.is_beginning(suffix)
        })?;
        Some(Beginning { at, length: text.len() - at })
    }

    /// Whether a pattern begins with the text and goes on.
    fn is_beginning(&self, text: &[u8]) -> bool {
        let next = self.patterns.partition_point(|pattern| pattern.as_slice() <= text);
        self.patterns.get(next).is_some_and(|pattern| pattern.starts_with(text))
    }
}

fn earlier(one: Option<Beginning>, other: Option<Beginning>) -> Option<Beginning> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Beginning { at: one.at.min(other.at), length: one.length.max(other.length) }),
        (one, other) => one.or(other),
    }
}

fn pair_of(text: &[u8]) -> usize {
    usize::from(text[0]) << 8 | usize::from(text[1])
}

fn add_forms(text: &[u8], patterns: &mut Vec<Zeroizing<Vec<u8>>>) {
    let mut parts = Vec::new();
    let mut begin = 0;
    while text.len() - begin > PART {
        parts.push(&text[begin..begin + PART]);
        begin += STEP;
    }
    // The last part is whole, too: a short rest would be found everywhere.
    parts.push(&text[if begin == 0 { 0 } else { text.len() - PART }..]);
    for part in parts {
        patterns.extend(base64_forms(part));
        // Settings are often encoded as the JSON that they stand in.
        let escaped = Zeroizing::new(json_escaped(part));
        if *escaped != part {
            patterns.extend(base64_forms(&escaped));
        }
        patterns.push(Zeroizing::new(part.to_vec()));
    }
}

fn json_escaped(text: &[u8]) -> Vec<u8> {
    let quoted = serde_json::to_vec(&String::from_utf8_lossy(text)).unwrap_or_default();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_vec()
}

/// Overlapping ranges become one; those that only touch stay two.
fn united(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut united: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match united.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => united.push(range),
        }
    }
    united
}
