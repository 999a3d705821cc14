//! One directory tree brought to another place, as the program `rsync` does it for local paths, without that program.
//!
//! [`options::SyncOptions`] are read from an option string, [`source`] finds and lists what is to be copied, [`plan`]
//! compares that with the target and says what has to be done, [`apply`] does it. Nothing but the last changes anything.

pub mod apply;
pub mod error;
pub mod filter;
pub mod options;
pub mod plan;
pub mod source;

pub(crate) mod wildcard;
