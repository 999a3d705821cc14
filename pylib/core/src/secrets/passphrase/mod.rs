//! Files encrypted with a passphrase. `docs/secrets-formats.md` describes them byte by byte.

mod error;
mod format;
#[cfg(test)]
mod format_tests;
mod keys;
mod provider;
mod source;
#[cfg(test)]
mod source_tests;

pub use error::PassphraseError;
pub use format::is_passphrase_file;
pub use provider::PassphraseProvider;
pub use source::PassphraseSource;
