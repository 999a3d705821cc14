//! What can go wrong with the packages of a project.

use std::fmt;
use std::path::{Path, PathBuf};

use pep440_rs::Version;
use pep508_rs::PackageName;
use thiserror::Error;

use crate::fs::FsError;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from one.
    pub line: usize,
}

impl Place {
    /// The place of a line in a file.
    pub fn new(file: &Path, line: usize) -> Self {
        Self { file: file.to_owned(), line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file.display(), self.line)
    }
}

/// Why the packages of a project cannot be used.
#[derive(Debug, Error)]
pub enum PackageError {
    /// A line of a requirements file is not understood.
    #[error("{place}: {reason}: `{line}`")]
    Line {
        /// Where it stands.
        place: Place,
        /// The line as it was written, without comment.
        line: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A requirements file that includes itself.
    #[error("{place}: {} includes itself", file.display())]
    Circle {
        /// The line that closes the circle.
        place: Place,
        /// The file that is being read already.
        file: PathBuf,
    },
    /// A requirement on something that would have to be built or checked out first.
    #[error("{place}: {what} cannot be used without pip: `{line}`")]
    Unsupported {
        /// Where it stands.
        place: Place,
        /// The line.
        line: String,
        /// What it asks for.
        what: &'static str,
        /// What to write instead.
        remedy: String,
    },
    /// The disk refused something.
    #[error(transparent)]
    Disk(#[from] FsError),
    /// A file that is to be text is not.
    #[error("{} is not text in UTF-8", file.display())]
    NotText {
        /// The file.
        file: PathBuf,
    },
    /// A file that describes a local package is not understood.
    #[error("{}: {reason}", file.display())]
    LocalPackage {
        /// The file or directory.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A package has to be looked for, and nothing says where.
    #[error("no package index is named, so `{name}` cannot be looked for")]
    NoIndex {
        /// What is looked for.
        name: PackageName,
    },
    /// A setting of the index is not understood.
    #[error("{origin}: {reason}: `{value}`")]
    IndexSetting {
        /// The variable or file that says so.
        origin: String,
        /// The value, without credentials.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Something has to be fetched although nothing may be.
    #[error("{what} is not in the cache, and the network must not be used")]
    Offline {
        /// What is missing.
        what: String,
    },
    /// A server could not be asked.
    #[error("cannot fetch {url}: {reason}")]
    Fetch {
        /// Where it should come from, without credentials.
        url: String,
        /// The answer, or why there was none.
        reason: String,
    },
    /// An answer of an index is not understood.
    #[error("{url} is not the page of an index: {reason}")]
    Page {
        /// Where it came from, without credentials.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No index knows the package.
    #[error("no index has a package `{name}`")]
    UnknownPackage {
        /// Its name.
        name: PackageName,
        /// What was asked, without credentials.
        asked: Vec<String>,
        /// Whether there was an index among them, and not only directories and pages with files.
        has_index: bool,
    },
    /// The version that is asked for does not exist.
    #[error("no index has `{name}` in version {version}")]
    UnknownVersion {
        /// The package.
        name: PackageName,
        /// The version of the lock.
        version: Version,
        /// The line of the lock.
        place: Place,
    },
    /// None of the files of a version can be used.
    #[error("{name} {version} cannot be used: {reason}")]
    Unusable {
        /// The package.
        name: PackageName,
        /// Its version.
        version: Version,
        /// Why, with the names of the files.
        reason: Reason,
    },
    /// A file has not the content that it should have.
    #[error("{file} is not the file that was asked for: its {algorithm} is {found}, expected was {expected}")]
    Hash {
        /// The name of the file.
        file: String,
        /// The kind of the checksum.
        algorithm: &'static str,
        /// The checksum of what was fetched.
        found: String,
        /// Those that would be right.
        expected: String,
    },
    /// No file of the index has one of the checksums of the lock.
    #[error("{place}: no wheel of {name} {version} has one of the checksums that are demanded")]
    NoMatchingHash {
        /// The line.
        place: Place,
        /// The package.
        name: PackageName,
        /// Its version.
        version: Version,
    },
    /// A wheel is damaged or dangerous.
    #[error("{file} is not a usable wheel: {reason}")]
    Wheel {
        /// The name of the file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Two lines of a lock name the same package.
    #[error("{second}: `{name}` stands in {first} already with another version or place")]
    Twice {
        /// The package.
        name: PackageName,
        /// The first line.
        first: Place,
        /// The other one.
        second: Place,
    },
    /// The requirements contradict each other.
    #[error("the requirements cannot be fulfilled together")]
    Conflict {
        /// The facts that exclude each other, one a line.
        facts: Vec<String>,
    },
    /// A line of a lock says no version.
    #[error("{place}: a lock names one version of each package, as in `name==1.0`: `{line}`")]
    NotPinned {
        /// Where it stands.
        place: Place,
        /// The line.
        line: String,
    },
    /// A package that was asked about is none of the project's.
    #[error("`{name}` is none of the packages of this project")]
    NotSelected {
        /// The name.
        name: PackageName,
    },
    /// Nobody knows where the user keeps caches.
    #[error("the user has no home directory, so there is no place to keep packages")]
    NoCache,
    /// There are no requirements.
    #[error("{} has neither requirements.txt nor requirements.lock", project.display())]
    NoRequirements {
        /// The directory of the project.
        project: PathBuf,
    },
}

/// Why no file of a version can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// There are wheels, but for other interpreters and machines only.
    CompiledCode {
        /// One of them.
        example: String,
    },
    /// There is nothing but source code.
    SourceOnly {
        /// The file.
        example: String,
    },
    /// It demands another Python.
    Python {
        /// What it demands.
        demanded: String,
    },
    /// There are no files at all.
    NoFiles,
    /// What it says about itself is not understood.
    Metadata {
        /// What is wrong with it.
        reason: String,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CompiledCode { example } => {
                write!(formatter, "it needs a C extension or another program for one kind of machine ({example})")
            }
            Self::SourceOnly { example } => write!(formatter, "there is only its source code ({example}) and no wheel"),
            Self::Python { demanded } => {
                write!(formatter, "it demands Python {demanded}, and this is {}", super::environment::PYTHON_VERSION)
            }
            Self::NoFiles => write!(formatter, "the index has no files of it"),
            Self::Metadata { reason } => write!(formatter, "its metadata is not understood: {reason}"),
        }
    }
}

impl Reason {
    /// What to do about it.
    pub fn remedy(&self, name: &PackageName, version: &Version) -> String {
        match self {
            Self::CompiledCode { .. } => format!(
                "components run in an interpreter without C extensions: use a version or another package that has a wheel \
                 `...-py3-none-any.whl`, or install {name} for the deployed service with batou.lib.python.VirtualEnv"
            ),
            Self::SourceOnly { .. } => format!(
                "make a wheel of it, `pip wheel --no-deps {name}=={version} -w wheels`, and add `--find-links ./wheels` to \
                 requirements.txt"
            ),
            Self::Python { .. } => format!("use another version of {name}"),
            Self::NoFiles | Self::Metadata { .. } => {
                format!("use another version of {name}, or tell those who publish it")
            }
        }
    }
}

/// Where an address is looked for.
const HOW_TO_NAME_AN_INDEX: &str = "in the environment variable PIP_INDEX_URL (or UV_INDEX_URL), as `index-url` in pip's \
                                    configuration file (`pip config set global.index-url URL`), or as a line \
                                    `--index-url URL` in requirements.txt";

impl PackageError {
    /// What to do about it.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Unsupported { remedy, .. } => vec![remedy.clone()],
            Self::NoIndex { .. } => vec![
                format!("name one: {HOW_TO_NAME_AN_INDEX}"),
                "or add the directory of its wheel: `--find-links ./wheels`".to_owned(),
            ],
            Self::Offline { .. } => {
                vec!["run `batou packages update` once while the network can be used; it fills the cache".to_owned()]
            }
            Self::Unusable { name, version, reason } => vec![reason.remedy(name, version)],
            Self::UnknownPackage { asked, has_index: false, .. } => vec![
                format!("no package index is named, so only {} was asked", asked.join(", ")),
                format!("to name one: {HOW_TO_NAME_AN_INDEX}"),
            ],
            Self::UnknownPackage { asked, .. } => {
                let mut hints = vec!["look for a typing error in the name, or name another index".to_owned()];
                if !asked.is_empty() {
                    hints.push(format!("asked were: {}", asked.join(", ")));
                }
                hints
            }
            Self::UnknownVersion { .. } => vec!["to choose again: batou packages update".to_owned()],
            Self::NoMatchingHash { .. } => {
                vec!["if the files were published anew on purpose: batou packages update".to_owned()]
            }
            Self::Hash { .. } => vec![
                "what was fetched was thrown away; if the file was replaced on purpose: batou packages update"
                    .to_owned(),
            ],
            Self::Conflict { .. } => vec!["loosen one of these requirements in requirements.txt".to_owned()],
            Self::NotPinned { .. } => vec!["to write the lock anew: batou packages update".to_owned()],
            Self::NotSelected { .. } => vec!["those there are: batou packages list".to_owned()],
            Self::NoCache => vec!["set XDG_CACHE_HOME to a directory that only this user can write to".to_owned()],
            Self::NoRequirements { .. } => {
                vec!["write one requirement a line into requirements.txt, as for pip".to_owned()]
            }
            _ => Vec::new(),
        }
    }

    /// What led to it, one fact a line, beside the causes that are errors themselves.
    pub fn facts(&self) -> &[String] {
        match self {
            Self::Conflict { facts } => facts,
            _ => &[],
        }
    }
}
