//! Secrets found in texts that are about to be shown or stored.

use std::collections::HashSet;

use super::text::is_space;

/// From this number of characters on a secret is also looked for inside of words. Shorter ones are found in too many
/// harmless texts.
const SHORTEST_INSIDE: usize = 4;
/// What stands for a secret; its length tells nothing.
const MASK: &str = "********";

/// The secrets of an environment, as words that may appear in a text.
#[derive(Clone, Default)]
pub struct SecretWords {
    words: HashSet<String>,
    /// Those long enough to be looked for inside of words, longest first, so that one which contains another is masked
    /// as a whole.
    long: Vec<String>,
}

impl std::fmt::Debug for SecretWords {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SecretWords({} masked)", self.words.len())
    }
}

impl SecretWords {
    /// Takes the secrets; empty ones are ignored.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let words: HashSet<String> = secrets.into_iter().filter(|secret| !secret.is_empty()).collect();
        let mut long: Vec<String> =
            words.iter().filter(|secret| secret.chars().count() >= SHORTEST_INSIDE).cloned().collect();
        long.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        Self { words, long }
    }

    /// Whether a text holds a secret: as a word of its own, or (long ones) inside of words.
    pub fn appear_in(&self, text: &str) -> bool {
        if self.words.is_empty() {
            return false;
        }
        text.split(is_space).any(|word| self.words.contains(word))
            || self.long.iter().any(|secret| text.contains(secret))
    }

    /// The text with every secret masked that [`Self::appear_in`] finds.
    pub fn mask(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for secret in &self.long {
            if masked.contains(secret.as_str()) {
                masked = masked.replace(secret.as_str(), MASK);
            }
        }
        let mut result = String::with_capacity(masked.len());
        for piece in masked.split_inclusive(is_space) {
            let word = piece.trim_end_matches(is_space);
            result.push_str(if self.words.contains(word) { MASK } else { word });
            result.push_str(&piece[word.len()..]);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(words: &[&str]) -> SecretWords {
        SecretWords::new(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn words_and_parts_of_words_are_found_and_masked() {
        let secrets = secrets(&["geheim", "abc", "1", "", "two words", "geheimer"]);
        let table = [
            ("pw geheim", "pw ********"),
            ("pw=geheim;", "pw=********;"),
            ("{\"pw\": \"geheimer\"}", "{\"pw\": \"********\"}"),
            ("\tabc  x\n", "\t********  x\n"),
            ("a 1", "a ********"),
            ("say two words!", "say ********!"),
            ("a\x1c1", "a\x1c********"),
        ];
        for (text, masked) in table {
            assert!(secrets.appear_in(text), "{text}");
            assert_eq!(secrets.mask(text), masked);
        }
        for text in ["", "  ", "pw=abc", "11", "gehei m", "Geheim", "two  words"] {
            assert!(!secrets.appear_in(text), "{text}");
            assert_eq!(secrets.mask(text), text);
        }
    }

    #[test]
    fn without_secrets_nothing_is_found_and_the_debug_form_is_silent() {
        assert!(!SecretWords::default().appear_in("a b"));
        assert_eq!(format!("{:?}", secrets(&["geheim"])), "SecretWords(1 masked)");
    }
}
