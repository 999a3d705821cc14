//! The provider of the format `aes`.

use std::path::Path;

use super::format::{Sealed, seal};
use super::keys::{Cost, KnownKeys, Salt};
use super::{PassphraseError, PassphraseSource, is_passphrase_file};
use crate::secrets::{Kind, Provider, SecretBytes, SecretsError, Surroundings, aespipe};

/// Opens and makes files with a passphrase. The passphrase is asked for once; its keys are derived once for all files of an
/// environment, which have the salt in common.
///
/// The format has no members. A list of members, as it may be left in a file that was encrypted otherwise before, changes nothing.
pub struct PassphraseProvider {
    source: PassphraseSource,
    keys: KnownKeys,
    /// What new files have in common with the first one that was opened or made.
    common: Option<(Salt, Cost)>,
    cost: Cost,
}

impl PassphraseProvider {
    /// Looks for no passphrase yet.
    pub fn new(surroundings: &Surroundings) -> Self {
        Self::with_cost(surroundings, Cost::DEFAULT)
    }

    pub(super) fn with_cost(surroundings: &Surroundings, cost: Cost) -> Self {
        PassphraseProvider {
            source: PassphraseSource::new(surroundings),
            keys: KnownKeys::default(),
            common: None,
            cost,
        }
    }

    /// The clear content of a file of this format or, as both have names that end in `.aes`, of batou 0.2. What [`Provider::encrypt`]
    /// makes of it is of this format, with the same passphrase.
    ///
    /// # Errors
    /// Those of [`Provider::decrypt`] and [`aespipe::decrypt`].
    pub fn decrypt_of_any_age(&mut self, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError> {
        if is_passphrase_file(stored) {
            return self.decrypt(path, stored);
        }
        loop {
            let passphrase = self.source.existing(path)?;
            let clear = aespipe::decrypt(path, stored, &passphrase);
            if !self.tell(clear.is_ok()) {
                return Ok(clear?);
            }
        }
    }

    /// Whether there is another passphrase to try now.
    fn tell(&mut self, is_right: bool) -> bool {
        if !is_right && self.common.is_none() {
            self.keys.clear();
        }
        self.source.tell(is_right)
    }

    #[cfg(test)]
    pub(super) fn derivations(&self) -> usize {
        self.keys.count()
    }
}

impl Provider for PassphraseProvider {
    fn kind(&self) -> Kind {
        Kind::Aes
    }

    fn decrypt(&mut self, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError> {
        // Before anybody is asked for anything.
        let sealed = Sealed::parse(path, stored)?;
        let Cost { log_n, r, p } = sealed.cost;
        let clear =
            loop {
                let passphrase = self.source.existing(path)?;
                let keys = self
                    .keys
                    .get(&passphrase, &sealed.salt, sealed.cost)
                    .ok_or_else(|| PassphraseError::Cost { path: path.to_path_buf(), log_n, r, p })?;
                let clear = sealed.open(path, &keys);
                // A damaged content was recognised as such with the right passphrase.
                let is_right = !matches!(clear, Err(PassphraseError::Wrong { .. }));
                if !self.tell(is_right) {
                    break clear?;
                }
            };
        if self.common.is_none() && sealed.cost.work() >= self.cost.work() {
            self.common = Some((sealed.salt, sealed.cost));
        }
        Ok(clear)
    }

    fn address(&mut self, _members: &[String]) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }

    fn is_addressed(&mut self, _path: &Path, _stored: &[u8]) -> Result<bool, SecretsError> {
        Ok(true)
    }

    fn encrypt(&mut self, path: &Path, clear: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let passphrase = self.source.new_one(path)?;
        let (salt, cost) = match self.common {
            Some(common) => common,
            None => {
                let mut salt = Salt::default();
                getrandom::fill(&mut salt).map_err(PassphraseError::Random)?;
                (salt, self.cost)
            }
        };
        let Cost { log_n, r, p } = cost;
        let keys = self.keys.get(&passphrase, &salt, cost).ok_or_else(|| PassphraseError::Cost {
            path: path.to_path_buf(),
            log_n,
            r,
            p,
        })?;
        self.common = Some((salt, cost));
        let mut iv = [0; 16];
        getrandom::fill(&mut iv).map_err(PassphraseError::Random)?;
        Ok(seal(clear, &keys, &salt, cost, &iv))
    }
}
