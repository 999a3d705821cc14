//! What a document holds.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::DocumentError;

/// The text of a main file, in pieces.
#[derive(Clone)]
pub struct Document {
    pub(super) file: PathBuf,
    pub(super) blocks: Vec<Block>,
    pub(super) first_stray: Option<usize>,
}

#[derive(Clone)]
pub(super) enum Block {
    /// Comments and blank lines.
    Between(Zeroizing<String>),
    Header {
        text: String,
        name: String,
    },
    Option(Entry),
}

/// One option with all lines of its value.
#[derive(Clone)]
pub struct Entry {
    /// The lines as they are written.
    pub(super) text: Zeroizing<String>,
    /// The blanks in front of the name. Lines below count as part of the value or not by comparison with them.
    pub(super) indentation: String,
    pub(super) name: String,
    pub(super) delimiter: char,
    pub(super) value: Zeroizing<String>,
    pub(super) line: usize,
}

impl Entry {
    /// The name as it is written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value: its lines without blanks at their ends, joined by newlines.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The line of the name, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

/// Shows no values.
impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Document").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Document {
    /// Parses a text; `file` names it in errors.
    ///
    /// # Errors
    /// A [`DocumentError`] with the first line that does not fit.
    pub fn parse(text: &str, file: &Path) -> Result<Document, DocumentError> {
        super::parser::parse(text, file)
    }

    /// Parses the bytes of a text; `file` names it in errors.
    ///
    /// # Errors
    /// Those of [`Document::parse`], and [`DocumentError::NotUtf8`].
    pub fn from_bytes(bytes: &[u8], file: &Path) -> Result<Document, DocumentError> {
        Document::parse(utf8(bytes, file)?, file)
    }

    /// The file, as errors name it.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The whole text.
    pub fn text(&self) -> SecretString {
        // Sized beforehand, so that no copy is left behind when it grows.
        let mut text = String::with_capacity(self.pieces().map(str::len).sum());
        text.extend(self.pieces());
        SecretString::from(text)
    }

    fn pieces(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().map(|block| match block {
            Block::Between(text) => text.as_str(),
            Block::Header { text, .. } => text,
            Block::Option(entry) => &entry.text,
        })
    }

    /// The names of the sections, in order.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Header { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    /// The options of a section, in order. Empty if there is no such section.
    pub fn entries(&self, section: &str) -> impl Iterator<Item = &Entry> {
        let range = self.range(section).unwrap_or(0..0);
        self.blocks[range].iter().filter_map(|block| match block {
            Block::Option(entry) => Some(entry),
            _ => None,
        })
    }

    /// Whether there is such a section.
    pub fn has_section(&self, section: &str) -> bool {
        self.range(section).is_some()
    }

    /// One option: of that very name, else the last one that differs from it in case only.
    pub fn get(&self, section: &str, name: &str) -> Option<&Entry> {
        self.position(section, name).and_then(|position| match &self.blocks[position] {
            Block::Option(entry) => Some(entry),
            _ => None,
        })
    }

    /// Refuses a text with indented lines that belong to no value.
    ///
    /// # Errors
    /// [`DocumentError::Stray`] names the first one.
    pub fn refuse_strays(&self) -> Result<(), DocumentError> {
        match self.first_stray {
            Some(line) => Err(DocumentError::Stray { file: self.file.clone(), line }),
            None => Ok(()),
        }
    }

    /// Where the blocks of a section are, its header excluded.
    pub(super) fn range(&self, section: &str) -> Option<Range<usize>> {
        let is_header = |block: &Block| matches!(block, Block::Header { .. });
        let header =
            self.blocks.iter().position(|block| matches!(block, Block::Header { name, .. } if name == section))?;
        let length = self.blocks[header + 1..].iter().position(is_header);
        Some(header + 1..length.map_or(self.blocks.len(), |length| header + 1 + length))
    }

    pub(super) fn position(&self, section: &str, name: &str) -> Option<usize> {
        let range = self.range(section)?;
        let find = |fits: &dyn Fn(&str) -> bool| {
            let fits_block = |block: &Block| matches!(block, Block::Option(entry) if fits(&entry.name));
            self.blocks[range.clone()].iter().rposition(fits_block).map(|found| range.start + found)
        };
        let lower = name.to_lowercase();
        find(&|other| other == name).or_else(|| find(&|other| other.to_lowercase() == lower))
    }
}

/// The text of a file, whose name is for errors.
pub(in crate::secrets) fn utf8<'a>(bytes: &'a [u8], file: &Path) -> Result<&'a str, DocumentError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = &bytes[..error.valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        DocumentError::NotUtf8 { file: file.to_owned(), line }
    })
}
