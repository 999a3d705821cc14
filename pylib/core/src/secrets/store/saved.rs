//! What a save did.

use std::path::PathBuf;

use crate::secrets::Kind;

/// What a save did, for notes to the user. All lists are empty if nothing had to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// The files that were written, in the order in which they took their places.
    pub written: Vec<PathBuf>,
    /// The files that were removed, because they were converted to another format.
    pub removed: Vec<PathBuf>,
    /// `secret_provider` was missing in the text and was added with this value.
    pub provider_added: Option<Kind>,
    /// The environment changed from one format to another.
    pub switched: Option<(Kind, Kind)>,
    /// All files were encrypted anew, because other keys can read them now.
    pub are_keys_changed: bool,
}

impl Saved {
    /// Whether nothing had to be written.
    pub fn is_unchanged(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}
