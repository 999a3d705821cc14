//! The parser.
//!
//! It accepts and yields what Python's `RawConfigParser` does with default settings and `optionxform = str`: delimiters `=`
//! and `:`, whole-line comments with `#` and `;`, no inline comments, no interpolation, empty lines kept inside values.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::{ConfigError, ConfigFile, ConfigOption, DEFAULT_SECTION, Section, SourceLine};

/// Reads and parses a file, which must be UTF-8 text.
///
/// # Errors
/// All of [`ConfigError`].
pub fn read(path: &Path) -> Result<ConfigFile, ConfigError> {
    let bytes = fs::read(path).map_err(|source| ConfigError::Read { file: path.to_path_buf(), source })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        ConfigError::NotUtf8 { file: path.to_path_buf(), line: good.iter().filter(|byte| **byte == b'\n').count() + 1 }
    })?;
    parse(&text, path)
}

/// Parses the text of a file; `file` names it in errors.
///
/// # Errors
/// A [`ConfigError`] for a repeated section or option, text before the first section, and lines without a delimiter. The first
/// three end the parsing where they occur; the last kind is collected over the whole file.
pub fn parse(text: &str, file: &Path) -> Result<ConfigFile, ConfigError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut parser = Parser::new(file);
    let mut lines: Vec<&str> = text.split('\n').collect();
    if lines.last().is_some_and(|line| line.is_empty()) {
        // The end of the last line is not an empty line of its own.
        lines.pop();
    }
    for (index, line) in lines.into_iter().enumerate() {
        parser.line(index + 1, line)?;
    }
    parser.finish()
}

/// A blank as Python's `str.isspace` has it: besides Unicode's white space the four ASCII separators.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// Where the options of the current section go.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Target {
    Defaults,
    Section(usize),
}

struct Parser<'a> {
    file: &'a Path,
    config: ConfigFile,
    section_indexes: HashMap<String, usize>,
    option_lines: HashMap<(Target, String), usize>,
    target: Option<Target>,
    /// Whether a line that is indented deeper continues a value: an option with a name was read in this section.
    continues: bool,
    /// Columns in front of the last line that was no continuation.
    indent: usize,
    bad_lines: Vec<SourceLine>,
}

impl<'a> Parser<'a> {
    fn new(file: &'a Path) -> Self {
        Parser {
            file,
            config: ConfigFile::default(),
            section_indexes: HashMap::new(),
            option_lines: HashMap::new(),
            target: None,
            continues: false,
            indent: 0,
            bad_lines: Vec::new(),
        }
    }

    fn line(&mut self, number: usize, line: &str) -> Result<(), ConfigError> {
        let content = line.trim_matches(is_blank);
        if content.starts_with(['#', ';']) {
            return Ok(());
        }
        if content.is_empty() {
            if self.continues {
                self.append("");
            }
            return Ok(());
        }
        let indent = line.chars().take_while(|character| is_blank(*character)).count();
        if self.continues && indent > self.indent {
            self.append(content);
            return Ok(());
        }
        self.indent = indent;
        let source_line = SourceLine { line: number, text: line.to_owned() };
        if let Some(name) = section_name(content) {
            self.section(name, source_line)
        } else if let Some(target) = self.target {
            self.option(target, content, source_line)
        } else {
            Err(ConfigError::MissingSectionHeader { file: self.file.to_path_buf(), source_line })
        }
    }

    fn section(&mut self, name: &str, source_line: SourceLine) -> Result<(), ConfigError> {
        self.continues = false;
        if name == DEFAULT_SECTION {
            self.target = Some(Target::Defaults);
            return Ok(());
        }
        let sections = &mut self.config.sections;
        if let Some(index) = self.section_indexes.get(name) {
            return Err(ConfigError::DuplicateSection {
                file: self.file.to_path_buf(),
                section: name.to_owned(),
                first_line: sections[*index].line,
                source_line,
            });
        }
        let index = sections.len();
        self.section_indexes.insert(name.to_owned(), index);
        sections.push(Section { name: name.to_owned(), line: source_line.line, options: Vec::new() });
        self.target = Some(Target::Section(index));
        Ok(())
    }

    fn option(&mut self, target: Target, content: &str, source_line: SourceLine) -> Result<(), ConfigError> {
        let Some((name, value)) = content.split_once(['=', ':']) else {
            // A continuation below still belongs to the option above, as in Python.
            self.bad_lines.push(source_line);
            return Ok(());
        };
        let name = name.trim_end_matches(is_blank);
        let value = value.trim_matches(is_blank);
        if let Some(first_line) = self.option_lines.get(&(target, name.to_owned())) {
            return Err(ConfigError::DuplicateOption {
                file: self.file.to_path_buf(),
                section: self.target_name(target).to_owned(),
                option: name.to_owned(),
                first_line: *first_line,
                source_line,
            });
        }
        let line = source_line.line;
        self.option_lines.insert((target, name.to_owned()), line);
        self.continues = !name.is_empty();
        if name.is_empty() {
            self.bad_lines.push(source_line);
        }
        self.options(target).push(ConfigOption { name: name.to_owned(), value: value.to_owned(), line });
        Ok(())
    }

    /// Adds a line to the value of the last option.
    fn append(&mut self, content: &str) {
        if let Some(target) = self.target
            && let Some(option) = self.options(target).last_mut()
        {
            option.value.push('\n');
            option.value.push_str(content);
        }
    }

    fn options(&mut self, target: Target) -> &mut Vec<ConfigOption> {
        match target {
            Target::Defaults => &mut self.config.defaults,
            Target::Section(index) => &mut self.config.sections[index].options,
        }
    }

    fn target_name(&self, target: Target) -> &str {
        match target {
            Target::Defaults => DEFAULT_SECTION,
            Target::Section(index) => &self.config.sections[index].name,
        }
    }

    fn finish(mut self) -> Result<ConfigFile, ConfigError> {
        if !self.bad_lines.is_empty() {
            return Err(ConfigError::NoDelimiter { file: self.file.to_path_buf(), source_lines: self.bad_lines });
        }
        let sections = self.config.sections.iter_mut().flat_map(|section| &mut section.options);
        for option in self.config.defaults.iter_mut().chain(sections) {
            // Empty lines below a value separate it from what follows.
            option.value.truncate(option.value.trim_end_matches(is_blank).len());
        }
        Ok(self.config)
    }
}

/// The name in a section header: everything between the first and the last bracket; text behind is ignored.
fn section_name(content: &str) -> Option<&str> {
    let inner = content.strip_prefix('[')?;
    let name = &inner[..inner.rfind(']')?];
    (!name.is_empty()).then_some(name)
}
