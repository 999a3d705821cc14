//! The only door to the disk.
//!
//! Facts ([`follow`], [`look`], [`read`], ...) are separate from changes ([`replace`], [`ensure_absent`], [`set_mode`],
//! ...). A fact that cannot be told is an error; every error names what was tried, where, and the system's cause.
//!
//! [`replace`] gives a file a new content in one step that is visible at once, so that a reader, a crash or a full disk
//! meets the old or the new content and nothing between.

mod attributes;
mod change;
mod error;
mod facts;
mod put;
mod remove;
mod replace;
mod special;
mod stale;
#[cfg(test)]
pub(crate) mod test_support;
mod umask;

pub use change::{
    create_empty, create_unique, create_with, make_directory, make_symlink, rename_to_free, set_mode, set_owner, touch,
};
pub use error::FsError;
pub use facts::{follow, link_text, list, look, read, same_content};
pub use put::{FileAttributes, make_hard_link, make_way, put_file};
pub use remove::{ensure_absent, remove};
pub use replace::{Prepared, prepare, replace, replace_by_copy, sync_directory};
pub use special::{belongs_to_group, make_special, replace_link, set_link_attributes, set_modified};
pub(crate) use stale::is_leftover;
pub use umask::umask;
