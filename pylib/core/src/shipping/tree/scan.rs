//! Listing a tree.

use std::fs::Metadata;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use digest::Digest as _;

use super::super::error::{ShippingError, disk};
use super::super::message::{Digest, Entry, Kind, Time};
use super::MOST_ENTRIES;
use super::ignored::Ignored;
use super::path::below;
use crate::fs::{is_leftover, link_text, list, look};

/// The checksum of contents and lists.
pub(super) type Checksum = blake2::Blake2s256;

/// What is below a root.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Directories, regular files and links, each directory right before what is in it.
    pub(super) entries: Vec<Entry>,
    /// What cannot travel: pipes, sockets, devices.
    pub(super) special: Vec<Vec<u8>>,
    /// Temporary files of runs that were killed. They do not travel.
    pub(super) leftovers: Vec<Vec<u8>>,
}

impl Listing {
    /// Lists a tree without what is ignored.
    ///
    /// # Errors
    /// What cannot be looked at. What vanishes meanwhile is not there.
    pub(super) fn of(root: &Path, ignored: &Ignored) -> Result<Self, ShippingError> {
        let mut listing = Self::default();
        let names = names_in(root)?;
        if names.is_none() && look(root)?.is_some() {
            return Err(disk("list", root, std::io::ErrorKind::NotADirectory.into()));
        }
        // What is still to be listed, the next one last.
        let mut open = names.unwrap_or_default();
        while let Some(path) = open.pop() {
            if ignored.holds(&path) {
                continue;
            }
            let place = below(root, &path);
            let Some(found) = look(&place)? else { continue };
            if let Some(kind) = kind(&place, &found)? {
                if found.is_file() && is_leftover(place.file_name().unwrap_or_default()) {
                    listing.leftovers.push(path);
                    continue;
                }
                if listing.entries.len() == MOST_ENTRIES {
                    return Err(ShippingError::TooMany { path: root.to_owned(), limit: MOST_ENTRIES });
                }
                if found.is_dir() {
                    let below = names_in(&place)?.unwrap_or_default();
                    open.extend(below.into_iter().map(|name| [&path[..], b"/", &name].concat()));
                }
                listing.entries.push(Entry { path, kind });
            } else {
                listing.special.push(path);
            }
        }
        Ok(listing)
    }

    /// The checksum over all entries. Two trees with the same one need no comparison.
    pub(super) fn digest(&self) -> Digest {
        let mut sum = Checksum::new();
        for Entry { path, kind } in &self.entries {
            let mut part = |bytes: &[u8]| {
                sum.update((bytes.len() as u64).to_be_bytes());
                sum.update(bytes);
            };
            part(path);
            match kind {
                Kind::Directory { mode } => part(&[b"d", &mode.to_be_bytes()[..]].concat()),
                Kind::Link { text } => part(&[b"l", &text[..]].concat()),
                Kind::File { mode, size, modified } => part(
                    &[
                        b"f",
                        &mode.to_be_bytes()[..],
                        &size.to_be_bytes(),
                        &modified.seconds.to_be_bytes(),
                        &modified.nanoseconds.to_be_bytes(),
                    ]
                    .concat(),
                ),
            }
        }
        sum.finalize().into()
    }
}

/// The names in a directory, the last one first.
fn names_in(directory: &Path) -> Result<Option<Vec<Vec<u8>>>, ShippingError> {
    let Some(names) = list(directory)? else { return Ok(None) };
    let mut names: Vec<Vec<u8>> = names.into_iter().map(OsStringExt::into_vec).collect();
    names.sort_unstable_by(|left, right| right.cmp(left));
    Ok(Some(names))
}

/// What an entry is; `None` for what cannot travel.
fn kind(place: &Path, found: &Metadata) -> Result<Option<Kind>, ShippingError> {
    Ok(if found.is_dir() {
        Some(Kind::Directory { mode: found.mode() & 0o7777 | 0o700 })
    } else if found.is_file() {
        Some(Kind::File { mode: found.mode() & 0o7777, size: found.size(), modified: modified(found) })
    } else if found.is_symlink() {
        let text = link_text(place)?;
        text.map(|text| Kind::Link { text: text.as_os_str().as_bytes().to_vec() })
    } else {
        None
    })
}

/// The time of last change.
pub(super) fn modified(found: &Metadata) -> Time {
    Time { seconds: found.mtime(), nanoseconds: u32::try_from(found.mtime_nsec()).unwrap_or_default() }
}
