//! Encrypted settings and files of environments: formats, stores, who may read them.
//!
//! The formats stand in folders of their own and know nothing of environments; [`Provider`] is what they have in common.

pub mod aespipe;
pub mod age;
mod decrypt;
mod diffable;
pub mod document;
mod error;
pub mod gpg;
pub mod injection;
mod kind;
mod locate;
mod lock;
pub mod members;
mod open;
pub mod passphrase;
mod piped;
mod provider;
mod session;
mod store;
mod surroundings;
#[cfg(test)]
mod test_support;

pub use decrypt::decrypt_file;
pub use error::SecretsError;
pub use kind::Kind;
pub use lock::EditLock;
pub use provider::Provider;
pub use session::Session;
pub use store::{Saved, Store};
pub use surroundings::{Dialogue, NoAnswer, Surroundings, Variables};

/// Bytes that are wiped when they are dropped, and never shown by `{:?}`.
pub type SecretBytes = secrecy::SecretSlice<u8>;
