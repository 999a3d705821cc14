//! Facts, decisions and changes about single files.
//!
//! One module a subject. Each can tell whether something has to change, without changing anything, and can then change
//! it. Not being able to tell is an error.

pub mod content;
pub mod diff;
pub mod diff_store;
pub mod directory;
mod masked_version;
pub mod mode;
pub mod owner;
pub mod presence;
pub mod purge;
pub mod symlink;
pub mod sync;
pub mod text;

mod accounts;
mod glob;
