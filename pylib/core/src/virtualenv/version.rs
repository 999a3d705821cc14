//! Versions of packages.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifier};

/// Whether an installed version is the wanted one, as `==` of a requirement means it: `1.0` is `1.0.0`, and `1.*` any of these.
/// Versions that do not follow the rules are compared as texts.
pub fn is_version(installed: &str, wanted: &str) -> bool {
    let (installed, wanted) = (installed.trim(), wanted.trim());
    match (Version::from_str(installed), VersionSpecifier::from_str(&format!("=={wanted}"))) {
        (Ok(version), Ok(specifier)) => specifier.contains(&version),
        _ => installed == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_texts_may_be_the_same_version() {
        for (installed, wanted) in [
            ("1.0.0", "1.0"),
            ("1.0", "1.0.0"),
            ("1.0rc1", "1.0-rc.1"),
            ("1.0+local", "1.0"),
            ("1.5.2", "1.5.*"),
            ("2004d", "2004d"),
            ("1.0", " 1.0 "),
        ] {
            assert!(is_version(installed, wanted), "{installed} {wanted}");
        }
    }

    #[test]
    fn other_versions_are_told_apart() {
        for (installed, wanted) in
            [("1.0", "1.0.1"), ("1.0.post1", "1.0"), ("1.0", "1.0+local"), ("2004d", "2004e"), ("1.0", "")]
        {
            assert!(!is_version(installed, wanted), "{installed} {wanted}");
        }
    }
}
