//! Checkouts of git: their state, cloning, updating.
//!
//! libgit2 does the work, so a host needs no git program. HTTP and HTTPS go through a transport of our own (`http`), which
//! libgit2 gets without OpenSSL and with the certificates of the system. What libgit2 cannot reach (ssh, credentials that only
//! git's helpers know, settings for HTTP in git's configuration) is fetched by the git program (`program`); everything else is
//! done by libgit2 then, too.
//!
//! Where files go through filters that are programs (git-lfs), the git program makes and compares them. Hooks do not run.

mod attended;
mod branches;
mod bundle;
mod clone;
mod error;
mod filters;
mod http;
mod place;
mod program;
mod pull;
mod remote;
mod snapshot;
mod state;
mod submodules;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests;
mod update;
mod wanted;

pub use branches::{Unpushed, discover};
pub use bundle::{CommitId, open_or_init};
pub use clone::{clone, empty_directory, has_leftovers};
pub use error::GitError;
pub use place::masked;
pub use pull::pull;
pub use remote::has_incoming;
pub use snapshot::{Entry, Snapshot, set_option};
pub use state::Checkout;
pub use update::update;
pub use wanted::Wanted;
