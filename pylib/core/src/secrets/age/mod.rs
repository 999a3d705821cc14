//! age files, in this process: keys, recipients, encryption.

mod callbacks;
mod content;
mod error;
mod identity;
mod identity_paths;
mod key_list;
mod keyring;
mod keys;
mod passphrases;
mod provider;
mod recipients;

pub use error::AgeError;
pub use identity::Refusal;
pub(super) use keys::AgeKeys;
pub use provider::AgeProvider;
