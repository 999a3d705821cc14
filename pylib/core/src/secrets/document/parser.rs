//! The parser.

use std::collections::HashMap;
use std::path::Path;

use zeroize::Zeroizing;

use super::DocumentError;
use super::text::{Block, Document, Entry};

pub(super) fn parse(text: &str, file: &Path) -> Result<Document, DocumentError> {
    let mut parser = Parser {
        file,
        blocks: Vec::new(),
        sections: HashMap::new(),
        options: HashMap::new(),
        section: None,
        state: State::NoOption,
        indentation: 0,
        pending: Vec::new(),
        first_stray: None,
    };
    for (index, line) in text.split_inclusive('\n').enumerate() {
        parser.line(index + 1, line)?;
    }
    parser.flush();
    Ok(Document { file: file.to_owned(), blocks: parser.blocks, first_stray: parser.first_stray })
}

/// What comments begin with.
const COMMENTS: [char; 2] = ['#', ';'];

/// A blank as Python's `str.isspace` has it: besides Unicode's white space the four ASCII separators.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// What a line that is indented deeper belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// To nothing: it is an option or header itself.
    NoOption,
    /// To the value of the last option.
    Value,
    /// To nothing, without effect: a comment and a blank line ended the value.
    Ended,
}

struct Parser<'a> {
    file: &'a Path,
    blocks: Vec<Block>,
    /// The lines of the headers.
    sections: HashMap<&'a str, usize>,
    /// The lines of the options of this section.
    options: HashMap<&'a str, usize>,
    section: Option<&'a str>,
    state: State,
    /// Blanks in front of the last line that was no part of a value.
    indentation: usize,
    /// Blank lines and comments, which belong to the value above if a line of it follows.
    pending: Vec<&'a str>,
    first_stray: Option<usize>,
}

impl<'a> Parser<'a> {
    fn line(&mut self, number: usize, line: &'a str) -> Result<(), DocumentError> {
        let content = line.trim_matches(is_blank);
        if content.is_empty() {
            if self.state == State::Value && self.pending.iter().any(|line| !is_blank_line(line)) {
                self.state = State::Ended;
            }
            self.pending.push(line);
            return Ok(());
        }
        let indentation = line.chars().take_while(|character| is_blank(*character)).count();
        if self.state != State::NoOption && indentation > self.indentation {
            if self.state == State::Value {
                self.continue_value(line, content);
            } else {
                if !content.starts_with(COMMENTS) {
                    self.first_stray.get_or_insert(number);
                }
                self.pending.push(line);
            }
            return Ok(());
        }
        self.indentation = indentation;
        if content.starts_with(COMMENTS) {
            self.pending.push(line);
            return Ok(());
        }
        self.flush();
        match section_name(content) {
            Some(name) => self.header(number, line, name),
            None => self.option(number, line, content),
        }
    }

    fn continue_value(&mut self, line: &str, content: &str) {
        if let Some(Block::Option(entry)) = self.blocks.last_mut() {
            for line in self.pending.drain(..) {
                entry.text.push_str(line);
                entry.value.push('\n');
                entry.value.push_str(line.trim_matches(is_blank));
            }
            entry.text.push_str(line);
            entry.value.push('\n');
            entry.value.push_str(content);
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.blocks.push(Block::Between(Zeroizing::new(self.pending.concat())));
            self.pending.clear();
        }
    }

    fn header(&mut self, number: usize, line: &str, name: &'a str) -> Result<(), DocumentError> {
        if let Some(first_line) = self.sections.insert(name, number) {
            return Err(DocumentError::DuplicateSection {
                file: self.file.to_owned(),
                section: name.to_owned(),
                first_line,
                line: number,
            });
        }
        self.section = Some(name);
        self.state = State::NoOption;
        self.options.clear();
        self.blocks.push(Block::Header { text: line.to_owned(), name: name.to_owned() });
        Ok(())
    }

    fn option(&mut self, number: usize, line: &str, content: &'a str) -> Result<(), DocumentError> {
        let file = || self.file.to_owned();
        let Some(section) = self.section else {
            let is_byte_order_mark = content.starts_with('\u{feff}');
            return Err(DocumentError::MissingSectionHeader { file: file(), line: number, is_byte_order_mark });
        };
        let Some(place) = content.find(['=', ':']) else {
            return Err(DocumentError::NoDelimiter { file: file(), line: number });
        };
        let name = content[..place].trim_end_matches(is_blank);
        if name.is_empty() {
            return Err(DocumentError::NoDelimiter { file: file(), line: number });
        }
        if let Some(first_line) = self.options.insert(name, number) {
            let (section, option) = (section.to_owned(), name.to_owned());
            return Err(DocumentError::DuplicateOption { file: file(), section, option, first_line, line: number });
        }
        self.state = State::Value;
        self.blocks.push(Block::Option(Entry {
            text: Zeroizing::new(line.to_owned()),
            indentation: line.chars().take_while(|character| is_blank(*character)).collect(),
            name: name.to_owned(),
            delimiter: if content[place..].starts_with('=') { '=' } else { ':' },
            value: Zeroizing::new(content[place + 1..].trim_matches(is_blank).to_owned()),
            line: number,
        }));
        Ok(())
    }
}

fn is_blank_line(line: &str) -> bool {
    line.chars().all(is_blank)
}

/// The name in a section header: everything between the first and the last bracket; text behind is ignored.
fn section_name(content: &str) -> Option<&str> {
    let inner = content.strip_prefix('[')?;
    let name = &inner[..inner.rfind(']')?];
    (!name.is_empty()).then_some(name)
}
