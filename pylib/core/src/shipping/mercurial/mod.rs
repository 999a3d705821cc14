//! A repository as commits of Mercurial, by the program hg on both sides.
//!
//! As for git: the target says which commits it has, the controller bundles what is missing and names the commit; or the target
//! pulls by itself.

mod receive;
mod send;
#[cfg(test)]
mod tests;

pub use send::MercurialSource;

pub(super) use receive::{pull, receive_bundle};

/// The most heads that a target may say it has. They have to fit into an argument.
const MOST_KNOWN: usize = 1000;
