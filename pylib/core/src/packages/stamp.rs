//! What was found out for the same requirements before, so that a run with nothing to do asks nobody.
//!
//! The key is the content of the two files that a project begins with; the stamp names all other files that counted,
//! with their checksums. It counts as long as none of them changed and all directories are there.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::store::Store;
use super::{Checksum, PackageError, Selection};
use crate::fs;

/// Changes with what a stamp says or how packages are chosen; older stamps are not found then.
const FORMAT: &str = "2";

/// A selection with the files that it depends on.
#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    files: Vec<(PathBuf, String)>,
    selection: Selection,
}

/// The key of a project with these first files; one that is missing is none.
pub fn key(project: &Path, first_files: [Option<&[u8]>; 2]) -> String {
    let mut text = format!("{FORMAT}\n{}\n{}\n", env!("CARGO_PKG_VERSION"), project.display());
    for content in first_files {
        text.push_str(&content.map_or_else(String::new, |content| Checksum::sha256(content).digits));
        text.push('\n');
    }
    Checksum::sha256(text.as_bytes()).digits
}

/// The selection that was stamped under a key, if it still counts.
pub fn find(store: &Store, key: &str) -> Option<Selection> {
    let stamp: Stamp = serde_json::from_slice(&store.kept("selections", key)?).ok()?;
    let is_same = |(path, digits): &(PathBuf, String)| {
        fs::read(path).is_ok_and(|content| Checksum::sha256(&content).digits == *digits)
    };
    let counts =
        stamp.files.iter().all(is_same) && stamp.selection.directories().iter().all(|directory| directory.is_dir());
    counts.then_some(stamp.selection)
}

/// Stamps a selection.
///
/// # Errors
/// The disk refuses it.
pub fn put(store: &Store, key: &str, files: &[(PathBuf, Vec<u8>)], selection: &Selection) -> Result<(), PackageError> {
    let files = files.iter().map(|(path, content)| (path.clone(), Checksum::sha256(content).digits)).collect();
    let stamp = Stamp { files, selection: selection.clone() };
    // Texts and lists of texts can always be written.
    let content = serde_json::to_vec(&stamp).unwrap_or_default();
    store.keep("selections", key, &content)
}
