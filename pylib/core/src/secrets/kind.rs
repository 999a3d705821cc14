//! The formats that an environment's secrets can be stored in.

use std::fmt;

/// A format, as `secret_provider` and the suffixes of files name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Whole files, encrypted for keys.
    Age,
    /// As [`Kind::Age`], but of the main file each value by itself.
    AgeDiffable,
    /// Whole files, encrypted by the user's gpg program.
    Gpg,
    /// Whole files, encrypted with a passphrase.
    Aes,
}

impl Kind {
    /// All of them, the one for new environments first.
    pub const ALL: [Kind; 4] = [Kind::Age, Kind::AgeDiffable, Kind::Gpg, Kind::Aes];

    /// The name, which is also what follows `secrets.cfg.`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Age => "age",
            Kind::AgeDiffable => "age-diffable",
            Kind::Gpg => "gpg",
            Kind::Aes => "aes",
        }
    }

    /// What the names of secret files beside the main file end with, without the dot.
    pub fn file_suffix(self) -> &'static str {
        match self {
            Kind::Age | Kind::AgeDiffable => "age",
            Kind::Gpg => "gpg",
            Kind::Aes => "aes",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_kinds() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Kind::from_name("AGE"), None);
        assert_eq!(Kind::AgeDiffable.file_suffix(), "age");
    }
}
