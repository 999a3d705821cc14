//! Errors of configuration files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A line of a file, quoted in an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    /// The number of the line, counted from 1.
    pub line: usize,
    /// Its text, without the line end.
    pub text: String,
}

/// A configuration file could not be read or understood.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read {file}", file = file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is not UTF-8 text.
    #[error("{file}:{line}: this line is not UTF-8 text", file = file.display())]
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// The line with the first byte that does not fit.
        line: usize,
    },
    /// A section is there twice.
    #[error(
        "{file}:{line}: section [{section}] already exists, see line {first_line}",
        file = file.display(), line = source_line.line
    )]
    DuplicateSection {
        /// The file.
        file: PathBuf,
        /// The name of the section.
        section: String,
        /// The line of the first header.
        first_line: usize,
        /// The second header.
        source_line: SourceLine,
    },
    /// An option is there twice in one section.
    #[error(
        "{file}:{line}: option {option:?} of section [{section}] already exists, see line {first_line}",
        file = file.display(), line = source_line.line
    )]
    DuplicateOption {
        /// The file.
        file: PathBuf,
        /// The name of the section.
        section: String,
        /// The name of the option.
        option: String,
        /// The line of the first occurrence.
        first_line: usize,
        /// The second occurrence.
        source_line: SourceLine,
    },
    /// There is text before the first section.
    #[error("{file}:{line}: text before the first section header", file = file.display(), line = source_line.line)]
    MissingSectionHeader {
        /// The file.
        file: PathBuf,
        /// The first such line.
        source_line: SourceLine,
    },
    /// Lines that are neither a section header nor an option with a name and a delimiter. All of the file are listed.
    #[error("{file}:{lines}: neither a section header nor `name = value`", file = file.display(), lines = Numbers(source_lines))]
    NoDelimiter {
        /// The file.
        file: PathBuf,
        /// The lines, in file order.
        source_lines: Vec<SourceLine>,
    },
    /// The file with the state of the project is no JSON.
    #[error("{file}: not a JSON document", file = file.display())]
    State {
        /// The file.
        file: PathBuf,
        /// What the parser says, with line and column.
        #[source]
        source: serde_json::Error,
    },
    /// The file with the state of the project holds a value that means nothing.
    #[error("{file}: {name} is {value}, which is not a version", file = file.display())]
    StateValue {
        /// The file.
        file: PathBuf,
        /// Where in the file the value stands.
        name: &'static str,
        /// The value, as JSON.
        value: String,
    },
}

impl ConfigError {
    /// The file that could not be read or understood.
    pub fn file(&self) -> &Path {
        match self {
            ConfigError::Read { file, .. }
            | ConfigError::NotUtf8 { file, .. }
            | ConfigError::DuplicateSection { file, .. }
            | ConfigError::DuplicateOption { file, .. }
            | ConfigError::MissingSectionHeader { file, .. }
            | ConfigError::NoDelimiter { file, .. }
            | ConfigError::State { file, .. }
            | ConfigError::StateValue { file, .. } => file,
        }
    }

    /// The lines to show below the message; none if the file could not be read.
    pub fn source_lines(&self) -> &[SourceLine] {
        match self {
            ConfigError::Read { .. }
            | ConfigError::NotUtf8 { .. }
            | ConfigError::State { .. }
            | ConfigError::StateValue { .. } => &[],
            ConfigError::DuplicateSection { source_line, .. }
            | ConfigError::DuplicateOption { source_line, .. }
            | ConfigError::MissingSectionHeader { source_line, .. } => std::slice::from_ref(source_line),
            ConfigError::NoDelimiter { source_lines, .. } => source_lines,
        }
    }

    /// What to do about it, in one line.
    pub fn hint(&self) -> String {
        match self {
            ConfigError::Read { .. } => "check that the file exists and that you may read it".into(),
            ConfigError::NotUtf8 { .. } => "save the file in the UTF-8 encoding".into(),
            ConfigError::DuplicateSection { section, first_line, .. } => {
                format!("move these options to [{section}] at line {first_line} and remove this header")
            }
            ConfigError::DuplicateOption { option, first_line, .. } => {
                format!("keep one {option:?}, or indent this line if it belongs to the value of line {first_line}")
            }
            ConfigError::MissingSectionHeader { source_line, .. } if source_line.text.starts_with('\u{feff}') => {
                "save the file without a byte order mark".into()
            }
            ConfigError::MissingSectionHeader { .. } => {
                "put a header such as [environment] above this line, at the start of the file".into()
            }
            ConfigError::NoDelimiter { .. } => {
                "write `name = value`, or indent the line deeper than its option if it continues a value".into()
            }
            ConfigError::State { .. } => {
                r#"restore the file, or write {"migration": {"version": 2400}} into it"#.into()
            }
            ConfigError::StateValue { name: "definitions.version", .. } => {
                r#"write the version of batou the definitions are made for, such as "1.13""#.into()
            }
            ConfigError::StateValue { .. } => "write the number of the last migration, such as 2400".into(),
        }
    }
}

/// Line numbers, separated by commas.
struct Numbers<'a>(&'a [SourceLine]);

impl fmt::Display for Numbers<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, line) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            write!(formatter, "{separator}{}", line.line)?;
        }
        Ok(())
    }
}
