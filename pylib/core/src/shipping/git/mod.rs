//! A repository as commits of git: only those that the target lacks travel, and it needs no git program for that.
//!
//! The target says which commits it has, the controller packs what is missing and names the commit. The target notes it as
//! `batou-bundle/BRANCH` and makes its tracked files as the commit has them, whatever it has checked out. So new, rewritten,
//! switched and rolled back branches are one case. Submodules do not travel.

mod receive;
mod send;
#[cfg(test)]
mod tests;
mod verify;

pub use send::GitSource;

pub(super) use receive::{pull, receive_bundle};

/// The most commits that a target may say it has. More than these only cost time.
const MOST_KNOWN: usize = 4000;
