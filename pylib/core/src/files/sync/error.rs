//! What can go wrong.

use std::path::PathBuf;

use thiserror::Error;

use crate::fs::FsError;

/// An option string or a pattern that cannot be followed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OptionError {
    /// An option that has no meaning here, or one that changes the result in a way that is not supported.
    #[error("the rsync option {option} is not supported{}", hint.map(|hint| format!("; {hint}")).unwrap_or_default())]
    Unsupported {
        /// The option as it was written.
        option: String,
        /// What to do instead, if anything is known.
        hint: Option<&'static str>,
    },
    /// A word that is no option at all.
    #[error("{word:?} is no rsync option; source and target are given by the component")]
    NotAnOption {
        /// The word.
        word: String,
    },
    /// An option that stands last though it needs a value.
    #[error("the rsync option {option} needs a value")]
    MissingValue {
        /// The option.
        option: String,
    },
    /// An option that takes no value.
    #[error("the rsync option {option} takes no value")]
    UnexpectedValue {
        /// The option.
        option: String,
    },
    /// Text that only a shell could make sense of.
    #[error("the options contain {found:?}, which has a meaning for a shell only")]
    Shell {
        /// The character.
        found: char,
    },
    /// A quote without its partner.
    #[error("a quote is not closed")]
    OpenQuote,
    /// Neither `-r` nor `-a`.
    #[error("the rsync option -r is missing; without it nothing is copied")]
    NotRecursive,
}

/// What keeps a tree from being compared or copied.
#[derive(Debug, Error)]
pub enum SyncError {
    /// The disk refused something.
    #[error(transparent)]
    Disk(#[from] FsError),
    /// The source is something else than a directory.
    #[error("the source {} is not a directory", path.display())]
    SourceIsNoDirectory {
        /// The path.
        path: PathBuf,
    },
    /// A directory with content stands where something else is to be put.
    #[error("cannot replace the directory {} by {wanted}: it is not empty; remove it first", path.display())]
    DirectoryInTheWay {
        /// The directory.
        path: PathBuf,
        /// What is to be put there.
        wanted: &'static str,
    },
    /// Something that must stay where a directory is to be put.
    #[error("cannot make the directory {}: something else is there, and --ignore-existing keeps it", path.display())]
    FileInTheWay {
        /// What stands there.
        path: PathBuf,
    },
    /// The target itself is there and not a directory.
    #[error("the target {} is not a directory; remove it first", path.display())]
    TargetIsNoDirectory {
        /// The target.
        path: PathBuf,
    },
    /// A link that is to be followed leads nowhere.
    #[error("the link {} leads nowhere, and -L asks to copy what it leads to", path.display())]
    DanglingLink {
        /// The link.
        path: PathBuf,
    },
    /// A directory that contains itself through links.
    #[error("the links below {} lead into a circle", path.display())]
    Circle {
        /// The directory at which this was noticed.
        path: PathBuf,
    },
}
