//! Output that arrives in pieces.

use zeroize::Zeroizing;

use super::Redactor;
use super::redactor::push_masked;

/// So much of a secret may be shown at the end of a line while its rest is still to come. Otherwise nearly every line would be
/// held back, as its last letter is the first one of some secret.
const SHOWN_AT_LINE_END: usize = 2;

/// Masks output that arrives in pieces.
///
/// The end of what arrived is held back as long as it may be the beginning of a secret, but a line that ends with no more than two
/// characters of one is shown. What was shown of a secret is remembered, so its rest is masked even if the beginning had to be
/// shown.
pub struct Stream {
    redactor: Redactor,
    /// What may be the beginning of a secret.
    kept: Zeroizing<String>,
    /// How many bytes of it have been shown.
    shown: usize,
}

impl Stream {
    /// A stream without anything in it.
    pub fn new(redactor: Redactor) -> Self {
        Self { redactor, kept: Zeroizing::default(), shown: 0 }
    }

    /// Takes a piece and gives what may be shown now.
    pub fn push(&mut self, piece: &str) -> String {
        let Some(matcher) = self.redactor.matcher() else {
            let mut text = self.take_unmasked();
            text.push_str(piece);
            return text;
        };
        let mut text = Zeroizing::new(String::with_capacity(self.kept.len() + piece.len()));
        text.push_str(&self.kept);
        text.push_str(piece);
        let found = matcher.find(&text);
        let mut keep = text.len();
        let mut show = text.len();
        if let Some(beginning) = matcher.beginning(&text) {
            keep = text.floor_char_boundary(beginning.at);
            // What was found is shown as one mask, so it is not cut.
            for range in found.iter().rev() {
                if range.start < keep && keep < range.end {
                    keep = range.start;
                }
            }
            let is_free = beginning.length <= SHOWN_AT_LINE_END
                && text.ends_with('\n')
                && found.last().is_none_or(|range| range.end <= keep);
            show = if is_free { text.len() } else { keep.max(self.shown) };
        }
        let mut result = String::new();
        push_masked(&mut result, &text, self.shown.min(show)..show, &found);
        self.kept = Zeroizing::new(text[keep..].to_owned());
        self.shown = show - keep;
        result
    }

    /// Gives what is held back, as something else is about to be shown. What comes next may still continue a secret.
    pub fn flush(&mut self) -> String {
        let mut result = String::new();
        if self.shown < self.kept.len() {
            let found = self.redactor.find(&self.kept);
            push_masked(&mut result, &self.kept, self.shown..self.kept.len(), &found);
            self.shown = self.kept.len();
        }
        result
    }

    /// Whether something is held back.
    pub fn is_holding(&self) -> bool {
        self.shown < self.kept.len()
    }

    fn take_unmasked(&mut self) -> String {
        let text = self.kept[self.shown..].to_owned();
        self.kept = Zeroizing::default();
        self.shown = 0;
        text
    }
}
