//! Texts with secrets masked.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use zeroize::Zeroizing;

use super::Secrets;
use super::matcher::Matcher;

/// What stands for a secret; its length tells nothing.
pub const MASK: &str = "********";

#[derive(Default)]
struct Known {
    texts: Vec<Zeroizing<Vec<u8>>>,
    matcher: Option<Arc<Matcher>>,
}

#[derive(Default)]
struct State {
    /// Whether anything is masked at all, so that runs without secrets pay nothing.
    is_active: AtomicBool,
    known: RwLock<Known>,
}

/// Masks secrets in texts. Clones are the same redactor: what one learns, all mask. A new one masks nothing.
#[derive(Clone, Default)]
pub struct Redactor {
    state: Arc<State>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = self.state.known.read().unwrap_or_else(PoisonError::into_inner);
        write!(formatter, "Redactor({} texts)", known.texts.len())
    }
}

static PROCESS: LazyLock<Redactor> = LazyLock::new(Redactor::default);

/// The redactor of all that this process shows or stores.
pub fn process() -> &'static Redactor {
    &PROCESS
}

impl Redactor {
    /// A redactor of these secrets.
    pub fn of(secrets: &Secrets) -> Self {
        let redactor = Self::default();
        redactor.add(secrets);
        redactor
    }

    /// Has more secrets masked from now on.
    pub fn add(&self, secrets: &Secrets) {
        let mut known = self.state.known.write().unwrap_or_else(PoisonError::into_inner);
        let before = known.texts.len();
        known.texts.extend(secrets.texts.iter().cloned());
        known.texts.sort_unstable_by(|one, other| one.as_slice().cmp(other));
        known.texts.dedup();
        if known.texts.len() == before {
            return;
        }
        known.matcher = Matcher::new(&known.texts).map(Arc::new);
        self.state.is_active.store(known.matcher.is_some(), Ordering::Release);
    }

    /// All texts that are masked, for another process that shall not show them either.
    pub fn texts(&self) -> Vec<Zeroizing<Vec<u8>>> {
        self.state.known.read().unwrap_or_else(PoisonError::into_inner).texts.clone()
    }

    pub(super) fn matcher(&self) -> Option<Arc<Matcher>> {
        if !self.state.is_active.load(Ordering::Acquire) {
            return None;
        }
        self.state.known.read().unwrap_or_else(PoisonError::into_inner).matcher.clone()
    }

    /// The places of secrets in a text, in order and without overlaps.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        self.matcher().map(|matcher| matcher.find(text)).unwrap_or_default()
    }

    /// Whether a secret is in the text.
    pub fn is_in(&self, text: &str) -> bool {
        !self.find(text).is_empty()
    }

    /// The text with each secret masked. Line breaks within a secret stay, so that the text keeps its lines.
    pub fn mask<'text>(&self, text: &'text str) -> Cow<'text, str> {
        let found = self.find(text);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut masked = String::with_capacity(text.len());
        push_masked(&mut masked, text, 0..text.len(), &found);
        Cow::Owned(masked)
    }

    /// Masks a text in its place.
    pub fn mask_in_place(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.mask(text) {
            *text = masked;
        }
    }
}

/// Adds a part of a text with the ranges masked that were found in the whole of it.
pub(crate) fn push_masked(masked: &mut String, text: &str, part: Range<usize>, found: &[Range<usize>]) {
    let mut at = part.start;
    for range in found {
        let (begin, end) = (range.start.max(part.start), range.end.min(part.end));
        if begin >= end {
            continue;
        }
        masked.push_str(&text[at..begin]);
        for line in text[begin..end].split_inclusive('\n') {
            let content = line.trim();
            if content.is_empty() {
                masked.push_str(line);
                continue;
            }
            let indentation = line.len() - line.trim_start().len();
            // Blanks belong to a secret only if they are within a line of it.
            let is_first = line.as_ptr() == text[begin..end].as_ptr();
            masked.push_str(if is_first { "" } else { &line[..indentation] });
            masked.push_str(MASK);
            masked.push_str(if line.ends_with('\n') { "\n" } else { "" });
        }
        at = end;
    }
    masked.push_str(&text[at..part.end]);
}
