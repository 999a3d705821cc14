//! The messages. Plain data; what they may ask for is checked by those who receive them.

use serde::{Deserialize, Serialize};

/// The most bytes of content in one message, so that others get through in between.
pub const CHUNK: usize = 256 * 1024;

/// The most bytes that a list in one message is meant to have.
pub(super) const LIST: usize = 128 * 1024;

/// BLAKE2s of a content.
pub type Digest = [u8; 32];

pub use crate::vcs::git::CommitId;

/// What the controller says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromController {
    /// What is offered, and how. Always the first message.
    Offer(Offer),
    /// Entries of the tree, in the order of their paths; an answer to [`FromTarget::Different`].
    Entries {
        /// The next ones.
        entries: Vec<Entry>,
        /// Whether they are the last.
        last: bool,
    },
    /// The content that the target has is right.
    Same {
        /// The number of the file among all entries.
        file: u32,
    },
    /// A small file.
    Whole {
        /// Its facts.
        file: FileFacts,
        /// Its content.
        #[serde(with = "serde_bytes")]
        content: Vec<u8>,
    },
    /// A large file: chunks follow, then [`FromController::End`] or [`FromController::Again`].
    Begin(FileFacts),
    /// The next piece of a file or pack.
    Chunk(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The file or pack is complete.
    End,
    /// The file was changed while it was read: what came of it is void, and it begins anew.
    Again,
    /// All that was asked for was sent.
    Done,
    /// The commit to show.
    Commit(CommitId),
    /// The controller has heard that the target cannot go on, and sends nothing more.
    Noticed,
    /// The controller cannot go on.
    Failed(Failure),
}

/// What the target says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromTarget {
    /// The tree is another one: the entries are needed.
    Different,
    /// The files that are needed.
    Wanted {
        /// The next ones.
        files: Vec<Want>,
        /// Whether they are the last.
        last: bool,
    },
    /// Another [`super::tree::WINDOW`] of content was taken.
    Taken,
    /// The tree is as wanted.
    Report(TreeReport),
    /// Commits that the target has.
    Known {
        /// The next ones.
        commits: Vec<CommitId>,
        /// Whether they are the last.
        last: bool,
    },
    /// The commit that the target shows now.
    Head(CommitId),
    /// The target cannot go on.
    Failed(Failure),
}

/// How a repository travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Offer {
    /// As files.
    Tree {
        /// The checksum over all entries: equal to that of the target, nothing has to be said about them.
        digest: Digest,
        /// Where the project is below the root; its names that stay are as those of the root.
        #[serde(with = "serde_bytes")]
        base: Vec<u8>,
        /// Further names that stay, wherever they are.
        ignored: Vec<serde_bytes::ByteBuf>,
    },
    /// As commits of git, with the objects that are missing.
    GitBundle {
        /// The branch.
        branch: String,
    },
    /// As commits of git, which the target fetches by itself.
    GitPull {
        /// From where.
        url: String,
        /// The branch.
        branch: String,
        /// The commit of the branch.
        commit: CommitId,
    },
    /// As commits of Mercurial, with those that are missing.
    HgBundle,
    /// As commits of Mercurial, which the target fetches by itself.
    HgPull {
        /// From where.
        url: String,
        /// The commit to show.
        commit: CommitId,
    },
}

/// An entry of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its path below the root, with slashes.
    #[serde(with = "serde_bytes")]
    pub path: Vec<u8>,
    /// What it is.
    pub kind: Kind,
}

/// What an entry of the tree is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A directory.
    Directory {
        /// Its permissions, with those of the owner complete.
        mode: u32,
    },
    /// A regular file.
    File {
        /// Its permissions.
        mode: u32,
        /// Its length.
        size: u64,
        /// When it was changed.
        modified: Time,
    },
    /// A symbolic link.
    Link {
        /// What it says.
        #[serde(with = "serde_bytes")]
        text: Vec<u8>,
    },
}

/// A time of last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// Since 1970.
    pub seconds: i64,
    /// Counted forwards.
    pub nanoseconds: u32,
}

/// What a file is when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its number among all entries.
    pub file: u32,
    /// Its permissions.
    pub mode: u32,
    /// Its length.
    pub size: u64,
    /// When it was changed.
    pub modified: Time,
}

/// A file that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// Its number among all entries.
    pub file: u32,
    /// The checksum of what the target has, where the length is right and the time is not.
    pub known: Option<Digest>,
}

/// What was done to the files of a target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeReport {
    /// Files, directories and links that were made or replaced.
    pub written: u64,
    /// The bytes of the files among them.
    pub bytes: u64,
    /// Those that got another mode or time only.
    pub adjusted: u64,
    /// Those that were removed.
    pub removed: u64,
}

impl TreeReport {
    /// Whether anything was done.
    pub fn has_changes(&self) -> bool {
        *self != Self::default()
    }
}

/// Why a side cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What is wrong, with its causes.
    pub reason: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Failure {
    /// The most characters of each text that are kept.
    const LENGTH: usize = 4000;

    pub(super) fn new(error: &dyn std::error::Error, hint: Option<&str>) -> Self {
        let mut reason = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some errors already show their cause.
            if !reason.contains(&text) {
                reason = format!("{reason}: {text}");
            }
            cause = error.source();
        }
        Self { reason, hint: hint.map(str::to_owned) }.shortened()
    }

    /// The same without what is too long to be a text for people.
    pub(super) fn shortened(self) -> Self {
        let shorten = |text: String| text.chars().take(Self::LENGTH).collect();
        Self { reason: shorten(self.reason), hint: self.hint.map(shorten) }
    }
}
