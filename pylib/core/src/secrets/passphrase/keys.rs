//! From a passphrase to keys.

use std::collections::HashMap;

use scrypt::Params;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// How many bytes the salt has.
pub(super) const SALT_LENGTH: usize = 16;
/// How many bytes the value has by which a passphrase is recognised.
pub(super) const CHECK_LENGTH: usize = 16;
/// What scrypt gives: the key of the cipher, the key of the authentication, and the check value.
const DERIVED_LENGTH: usize = 32 + 32 + CHECK_LENGTH;

/// Deriving may take this much memory.
const MOST_MEMORY: u64 = 1 << 30;
/// Memory times parallelism, a measure of time; about ten seconds.
const MOST_WORK: u64 = 1 << 32;

/// What deriving a key costs those who guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Cost {
    /// The binary logarithm of scrypt's N.
    pub log_n: u8,
    /// The block size.
    pub r: u32,
    /// The parallelism.
    pub p: u32,
}

impl Cost {
    /// The cost of new files: 128 MiB, and some tenths of a second.
    pub const DEFAULT: Cost = Cost { log_n: 17, r: 8, p: 1 };

    /// The parameters; `None` if they mean nothing, or would take too much memory or time.
    pub fn parameters(self) -> Option<Params> {
        if self.log_n == 0 || self.log_n > 40 {
            return None;
        }
        let memory = (128 * u64::from(self.r)).checked_mul(1 << self.log_n)?;
        let work = memory.checked_mul(u64::from(self.p))?;
        if memory > MOST_MEMORY || work > MOST_WORK {
            return None;
        }
        Params::new(self.log_n, self.r, self.p).ok()
    }

    /// A measure of what guessing costs.
    pub fn work(self) -> u64 {
        (u64::from(self.r) << self.log_n).saturating_mul(u64::from(self.p))
    }
}

/// Random bytes that make the keys of each environment others, also with the same passphrase.
pub(super) type Salt = [u8; SALT_LENGTH];

/// What is derived from a passphrase. Wiped when it is dropped.
#[derive(Clone)]
pub(super) struct Keys(Zeroizing<[u8; DERIVED_LENGTH]>);

impl Keys {
    /// Derives the keys, which is slow by intention. `None` for costs out of bounds.
    pub fn derive(passphrase: &SecretString, salt: &Salt, cost: Cost) -> Option<Keys> {
        let mut derived = Zeroizing::new([0; DERIVED_LENGTH]);
        let parameters = cost.parameters()?;
        scrypt::scrypt(passphrase.expose_secret().as_bytes(), salt, &parameters, &mut *derived).ok()?;
        Some(Keys(derived))
    }

    /// The key of the cipher.
    pub fn cipher(&self) -> &[u8] {
        &self.0[..32]
    }

    /// The key of the authentication.
    pub fn authentication(&self) -> &[u8] {
        &self.0[32..64]
    }

    /// What is stored to recognise the passphrase. It tells no more than the authentication code, which does the same.
    pub fn check(&self) -> &[u8] {
        &self.0[64..]
    }
}

/// The keys of one passphrase that were derived already.
#[derive(Default)]
pub(super) struct KnownKeys(HashMap<(Salt, Cost), Keys>);

impl KnownKeys {
    /// The keys, derived if they were not yet. `None` for costs out of bounds.
    pub fn get(&mut self, passphrase: &SecretString, salt: &Salt, cost: Cost) -> Option<Keys> {
        if let Some(keys) = self.0.get(&(*salt, cost)) {
            return Some(keys.clone());
        }
        let keys = Keys::derive(passphrase, salt, cost)?;
        self.0.insert((*salt, cost), keys.clone());
        Some(keys)
    }

    /// Forgets all, for another passphrase.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// For how many salts and costs there are keys.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_have_limits() {
        for (log_n, r, p, is_fine) in [
            (17, 8, 1, true),
            (20, 8, 1, true),
            (20, 8, 4, true),
            (1, 1, 1, true),
            (20, 8, 5, false),
            (21, 8, 1, false),
            (17, 65, 1, false),
            (63, 8, 1, false),
            (255, 8, 1, false),
            (0, 8, 1, false),
            (17, 0, 1, false),
            (17, 8, 0, false),
            (17, u32::MAX, u32::MAX, false),
            (40, u32::MAX, 1, false),
            (1, 1, u32::MAX, false),
        ] {
            assert_eq!(Cost { log_n, r, p }.parameters().is_some(), is_fine, "{log_n} {r} {p}");
        }
    }

    #[test]
    fn keys_are_derived_once() {
        let mut known = KnownKeys::default();
        let cost = Cost { log_n: 2, r: 1, p: 1 };
        let passphrase = SecretString::from("x");
        let first = known.get(&passphrase, &[1; 16], cost).unwrap();
        assert_eq!(known.get(&passphrase, &[1; 16], cost).unwrap().cipher(), first.cipher());
        assert_eq!(known.count(), 1);
        assert_ne!(known.get(&passphrase, &[2; 16], cost).unwrap().cipher(), first.cipher());
        assert_eq!(known.count(), 2);
    }
}
