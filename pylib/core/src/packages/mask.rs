//! Addresses as people may see them.

use crate::http::credentials::with_credentials_as;

/// A text whose addresses show no credentials.
pub fn masked(text: &str) -> String {
    with_credentials_as(text, |_, _| "***".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_hidden() {
        for (text, expected) in [
            ("a", "a"),
            ("https://host/simple", "https://host/simple"),
            ("https://user:pa@ss@host/a@b", "https://***@host/a@b"),
            ("--index-url https://token@host x", "--index-url https://***@host x"),
            ("http://a@b http://c@d/", "http://***@b http://***@d/"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
