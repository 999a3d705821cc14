//! What can be wrong with the text of a main file. Lines are named by number only, because they may hold secrets.

use std::path::PathBuf;

/// The text of a main file cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file is not UTF-8 text.
    #[error("{file}:{line}: this line is not UTF-8 text", file = file.display())]
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// The line with the first byte that does not fit.
        line: usize,
    },
    /// A section is there twice.
    #[error("{file}:{line}: section [{section}] already exists, see line {first_line}", file = file.display())]
    DuplicateSection {
        /// The file.
        file: PathBuf,
        /// The name of the section.
        section: String,
        /// The line of the first header.
        first_line: usize,
        /// The line of the second one.
        line: usize,
    },
    /// An option is there twice in one section.
    #[error(
        "{file}:{line}: option {option:?} of section [{section}] already exists, see line {first_line}",
        file = file.display()
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
        /// The line of the second one.
        line: usize,
    },
    /// There is text before the first section.
    #[error("{file}:{line}: text before the first section header", file = file.display())]
    MissingSectionHeader {
        /// The file.
        file: PathBuf,
        /// The first such line.
        line: usize,
        /// Whether it is the invisible mark that some editors put in front.
        is_byte_order_mark: bool,
    },
    /// A line is neither a section header nor an option with a name and a delimiter.
    #[error("{file}:{line}: neither a section header nor `name = value`", file = file.display())]
    NoDelimiter {
        /// The file.
        file: PathBuf,
        /// The first such line.
        line: usize,
    },
    /// An indented line belongs to no value, because a comment and a blank line end the value above it. It has no effect.
    #[error("{file}:{line}: this line is indented but belongs to no value", file = file.display())]
    Stray {
        /// The file.
        file: PathBuf,
        /// The first such line.
        line: usize,
    },
    /// A section that is needed is missing.
    #[error("{file}: section [{section}] is missing", file = file.display())]
    NoSection {
        /// The file.
        file: PathBuf,
        /// The name of the section.
        section: &'static str,
    },
    /// An option that is needed is missing or empty.
    #[error("{file}: section [{section}] has no {option}", file = file.display())]
    NoOption {
        /// The file.
        file: PathBuf,
        /// The name of the section.
        section: &'static str,
        /// The name of the option.
        option: &'static str,
    },
    /// `secret_provider` names no format.
    #[error("{file}:{line}: {name:?} is no secret provider", file = file.display())]
    UnknownProvider {
        /// The file.
        file: PathBuf,
        /// The line.
        line: usize,
        /// What stands there.
        name: String,
    },
    /// A stored value is not base64 text.
    #[error("{file}:{line}: the value of {option} is not an encrypted one", file = file.display())]
    NotEncrypted {
        /// The file.
        file: PathBuf,
        /// The line.
        line: usize,
        /// The name of the option.
        option: String,
    },
}

impl DocumentError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> String {
        match self {
            DocumentError::NotUtf8 { .. } => "save the text in the UTF-8 encoding".to_owned(),
            DocumentError::DuplicateSection { section, first_line, .. } => {
                format!("move these options to [{section}] at line {first_line} and remove this header")
            }
            DocumentError::DuplicateOption { option, first_line, .. } => {
                format!("keep one {option:?}, or indent this line if it belongs to the value of line {first_line}")
            }
            DocumentError::MissingSectionHeader { is_byte_order_mark: true, .. } => {
                "save the text without a byte order mark".to_owned()
            }
            DocumentError::MissingSectionHeader { .. } => {
                "put a header such as [batou] above this line, at the start of the text".to_owned()
            }
            DocumentError::NoDelimiter { .. } => {
                "write `name = value`, or indent the line deeper than its option if it continues a value".to_owned()
            }
            DocumentError::Stray { .. } => {
                "remove the blank line below the comment if it continues a value, or the indentation if it is an option"
                    .to_owned()
            }
            DocumentError::NoSection { section: "batou", .. } => {
                "put [batou] with `members` and `secret_provider` at the start of the text".to_owned()
            }
            DocumentError::NoSection { section, .. } => format!("add a section [{section}]"),
            DocumentError::NoOption { option: "members", .. } => {
                "name at least one recipient: `members = ` with one key, URL or key id per line".to_owned()
            }
            DocumentError::NoOption { option, .. } => format!("add a line `{option} = ...`"),
            DocumentError::UnknownProvider { .. } => "use age, age-diffable, gpg or aes".to_owned(),
            DocumentError::NotEncrypted { .. } => {
                "change encrypted files with `batou secrets edit` only; restore this line from version control"
                    .to_owned()
            }
        }
    }
}
