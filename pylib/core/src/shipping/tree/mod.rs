//! A repository as files: only what differs travels, and what vanished is removed.
//!
//! Both sides list their files. If the checksums over the lists are equal, that was all. Else the controller sends its list;
//! the target compares, removes what has no place any more, makes directories and links, and asks for the files that it needs,
//! giving the checksum of its own content where only the time differs. The controller sends these in order. So an update costs
//! two round trips, however many files there are.

mod apply;
mod compare;
mod content;
#[cfg(test)]
mod hostile_tests;
mod ignored;
mod path;
mod receive;
mod scan;
mod send;
#[cfg(test)]
mod tests;

pub use send::Tree;

pub(super) use content::{Content, Intake, Stop};
pub(super) use receive::receive;
pub(super) use send::{Outlet, answer, ended};

/// How many bytes of content a target takes before it says so.
pub const WINDOW: u64 = 4 << 20;

/// How many bytes of content may be on their way: enough to fill fast lines, and little enough for a full disk to be noticed soon.
const AHEAD: u64 = 4 * WINDOW;

/// The most entries of a tree.
const MOST_ENTRIES: usize = 2_000_000;
