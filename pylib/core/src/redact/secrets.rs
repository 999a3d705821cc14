//! Collecting what must not be seen.

use zeroize::Zeroizing;

/// From this number of characters on a text is masked. Shorter ones are found in too many harmless texts.
const SHORTEST: usize = 4;
/// From this number of characters on a word of a file is looked for by itself.
const SHORTEST_WORD_OF_FILE: usize = 8;
/// A line of a file with so many words is prose, whose ordinary words are no secrets.
const PROSE: usize = 4;
/// Numbers of fewer digits are ports and sizes, if nothing but their place in a file makes them secret.
const SHORTEST_NUMBER: usize = 6;
/// What settings in a file say all the time.
const ORDINARY: [&str; 8] = ["true", "false", "none", "null", "yes", "no", "localhost", "default"];

/// What must not be seen, with the names of what is too short to be protected.
///
/// * Of a value: the whole, each line and each word, from 4 characters on.
/// * Of a file: the whole and each line; of lines with `:` or `=` what stands behind it, without its quotes; and words from 8
///   characters on, but not the names before `:` or `=` and no plain words of prose. Lines that only give a structure (section
///   headings, the frame of a PEM block, lines without a letter or digit) and ordinary values (`true`, small numbers) are not
///   masked by themselves, or nothing could be read any more.
#[derive(Default)]
pub struct Secrets {
    pub(super) texts: Vec<Zeroizing<Vec<u8>>>,
    too_short: Vec<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Secrets({} texts)", self.texts.len())
    }
}

impl Secrets {
    /// Exactly these texts, which another process knew to be secret.
    pub fn of_texts<'text>(texts: impl IntoIterator<Item = &'text [u8]>) -> Self {
        let mut secrets = Self::default();
        texts.into_iter().for_each(|text| secrets.add(text));
        secrets
    }

    /// Adds a value; `name` is how it is told that the value is too short to be protected. Empty values are ignored.
    pub fn add_value(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if !self.add_whole(name, value.as_bytes()) {
            return;
        }
        for line in value.lines() {
            self.add_if_long(line.trim(), SHORTEST);
        }
        for word in value.split_whitespace() {
            self.add_if_long(word, SHORTEST);
        }
    }

    /// Adds the content of a file.
    pub fn add_file(&mut self, name: &str, content: &[u8]) {
        if !self.add_whole(name, content.trim_ascii()) {
            return;
        }
        for line in content.split(|byte| *byte == b'\n') {
            match std::str::from_utf8(line) {
                Ok(line) => self.add_line_of_file(line.trim()),
                Err(_) => self.add(line.trim_ascii()),
            }
        }
    }

    /// The names of values that are too short to be masked.
    pub fn too_short(&self) -> &[String] {
        &self.too_short
    }

    /// Whether there is nothing to mask.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds a complete value or file; false if it needs no further look.
    fn add_whole(&mut self, name: &str, text: &[u8]) -> bool {
        if String::from_utf8_lossy(text).chars().count() >= SHORTEST {
            self.add(text);
            return true;
        }
        if !text.is_empty() && !self.too_short.iter().any(|known| known == name) {
            self.too_short.push(name.to_owned());
        }
        false
    }

    fn add_line_of_file(&mut self, line: &str) {
        if is_structure(line) {
            return;
        }
        self.add_telling(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_prose = words.len() >= PROSE;
        if let Some((name, value)) = line.split_once([':', '=']) {
            let value = value.trim().trim_end_matches(',');
            // A name is one word, maybe after a dash or `export`; otherwise the character belongs to a sentence or an address.
            if !is_prose || name.split_whitespace().count() <= 2 {
                self.add_telling(value);
                self.add_telling(unquoted(value));
            }
        }
        for word in words {
            let bare =
                word.trim_matches(|character: char| matches!(character, ',' | ';' | '.' | '"' | '\'' | '(' | ')'));
            let is_plain = bare.chars().all(|character| character.is_alphabetic() || matches!(character, '-' | '_'));
            if !(word.contains(['=', ':']) || is_plain && is_prose) {
                self.add_if_long(bare, SHORTEST_WORD_OF_FILE);
            }
        }
    }

    /// Adds a part of a file unless it is what files say all the time.
    fn add_telling(&mut self, text: &str) {
        let is_number = text.chars().all(|character| character.is_ascii_digit());
        let is_ordinary = ORDINARY.iter().any(|ordinary| ordinary.eq_ignore_ascii_case(text));
        if !(is_ordinary || is_structure(text) || is_number && text.len() < SHORTEST_NUMBER) {
            self.add_if_long(text, SHORTEST);
        }
    }

    fn add_if_long(&mut self, text: &str, shortest: usize) {
        if text.chars().count() >= shortest {
            self.add(text.as_bytes());
        }
    }

    fn add(&mut self, text: &[u8]) {
        if text.len() >= SHORTEST {
            self.texts.push(Zeroizing::new(text.to_vec()));
        }
    }
}

/// Whether a line says nothing by itself.
fn is_structure(line: &str) -> bool {
    !line.chars().any(char::is_alphanumeric)
        || line.starts_with("-----BEGIN ")
        || line.starts_with("-----END ")
        || (line.starts_with('[') && line.ends_with(']') && !line.contains([',', '"', '\'']))
}

fn unquoted(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}
