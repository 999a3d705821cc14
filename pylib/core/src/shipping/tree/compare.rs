//! What has to be done for one tree to become another. Only lists are looked at here.

use std::collections::HashMap;

use super::super::error::ShippingError;
use super::super::message::{Entry, Kind};
use super::ignored::Ignored;
use super::path::{LONGEST, is_plain, order, parent};
use super::scan::Listing;

/// What has to be done, in this order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Steps {
    /// Directories that stay and get another mode: their numbers.
    pub(super) directory_modes: Vec<u32>,
    /// What goes, contents before their directories.
    pub(super) removals: Vec<Removal>,
    /// Directories to make and links to put: their numbers.
    pub(super) makings: Vec<u32>,
    /// Files whose content is right, and whose mode is not.
    pub(super) modes: Vec<u32>,
    /// Files to get, and whether the length is right, so that the content may be.
    pub(super) files: Vec<(u32, bool)>,
}

/// Something that goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Removal {
    pub(super) path: Vec<u8>,
    pub(super) is_directory: bool,
    /// Whether something else takes its place.
    pub(super) makes_way: bool,
}

/// Compares the entries that are wanted with those that are there.
pub(super) fn steps(wanted: &[Entry], there: &Listing) -> Steps {
    let found: HashMap<&[u8], &Kind> = there.entries.iter().map(|entry| (&entry.path[..], &entry.kind)).collect();
    let mut kinds: HashMap<&[u8], &Kind> = HashMap::with_capacity(wanted.len());
    let mut steps = Steps::default();
    for (number, entry) in (0..).zip(wanted) {
        kinds.insert(&entry.path, &entry.kind);
        match (&entry.kind, found.get(&entry.path[..])) {
            (Kind::Directory { mode }, Some(Kind::Directory { mode: old })) => {
                if mode != old {
                    steps.directory_modes.push(number);
                }
            }
            (Kind::Link { text }, Some(Kind::Link { text: old })) if text == old => {}
            (Kind::Directory { .. } | Kind::Link { .. }, _) => steps.makings.push(number),
            (
                Kind::File { mode, size, modified },
                Some(Kind::File { mode: old_mode, size: old_size, modified: old_modified }),
            ) => {
                if size != old_size || modified != old_modified {
                    steps.files.push((number, size == old_size));
                } else if mode != old_mode {
                    steps.modes.push(number);
                }
            }
            (Kind::File { .. }, _) => steps.files.push((number, false)),
        }
    }
    // Files and links are replaced in one step by files and links; everything else has to go first.
    let remove = |path: &[u8], is_directory: bool| {
        let makes_way = match kinds.get(path) {
            Some(Kind::Directory { .. }) if is_directory => return None,
            Some(Kind::File { .. } | Kind::Link { .. }) if !is_directory => return None,
            wanted => wanted.is_some(),
        };
        Some(Removal { path: path.to_owned(), is_directory, makes_way })
    };
    let others = there.special.iter().chain(&there.leftovers);
    steps.removals.extend(others.filter_map(|path| remove(path, false)));
    let entries = there.entries.iter().rev();
    steps
        .removals
        .extend(entries.filter_map(|entry| remove(&entry.path, matches!(entry.kind, Kind::Directory { .. }))));
    steps
}

/// Checks what came from the other side: that each path leads downwards, through directories of the list, and is there once.
///
/// # Errors
/// [`ShippingError::Unexpected`] with the first one that is not so.
pub(super) fn check(
    entry: &Entry,
    before: Option<&Entry>,
    ignored: &Ignored,
    ways: &mut Vec<Vec<u8>>,
) -> Result<(), ShippingError> {
    let path = &entry.path[..];
    let refuse = |why: &str| {
        let path = String::from_utf8_lossy(&path[..path.len().min(200)]);
        Err(ShippingError::unexpected(format!("the path {path:?}, which {why}")))
    };
    if !is_plain(path) {
        return refuse("does not lead downwards");
    }
    if before.is_some_and(|before| order(&before.path, path).is_ge()) {
        return refuse("is out of order");
    }
    if ignored.holds(path) {
        return refuse("is ignored");
    }
    // The directories above come before it, each right before what is in it.
    while ways.last().is_some_and(|way| parent(path) != Some(way)) {
        ways.pop();
    }
    if parent(path) != ways.last().map(|way| &way[..]) {
        return refuse("is in no directory of the list");
    }
    match &entry.kind {
        Kind::Directory { .. } => ways.push(path.to_owned()),
        Kind::Link { text } if text.is_empty() || text.len() > LONGEST || text.contains(&0) => {
            return refuse("is a link with an impossible text");
        }
        Kind::Link { .. } | Kind::File { .. } => {}
    }
    Ok(())
}
