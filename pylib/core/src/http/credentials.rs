//! Names and passwords in requests and in addresses.

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// The header `Authorization` of RFC 7617 for a user and a password.
pub(crate) fn basic_authorization(user: &[u8], password: &[u8]) -> String {
    format!("Basic {}", BASE64_STANDARD.encode([user, b":", password].concat()))
}

/// A text in which the credentials of all addresses are shown as `shown` says. That gets what stands before the
/// credentials, which ends with the scheme and `://`, and the credentials without their `@`.
pub(crate) fn with_credentials_as(text: &str, shown: impl Fn(&str, &str) -> String) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        result.push_str(before);
        let end = after.find(|character: char| character == '/' || character.is_whitespace()).unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        // A password may hold an `@` that is not written as `%40`.
        let host = match authority.rsplit_once('@') {
            Some((credentials, host)) => {
                result.push_str(&shown(before, credentials));
                result.push('@');
                host
            }
            None => authority,
        };
        result.push_str(host);
        rest = tail;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorizations_are_in_base_64() {
        assert_eq!(basic_authorization(b"ada", "l\u{f6}ve@".as_bytes()), "Basic YWRhOmzDtnZlQA==");
        assert_eq!(basic_authorization(b"", b""), "Basic Og==");
    }

    #[test]
    fn credentials_of_each_address_are_found() {
        let shown = |before: &str, credentials: &str| format!("<{}|{credentials}>", before.trim());
        for (text, expected) in [
            ("", ""),
            ("a@b", "a@b"),
            ("http://host/a@b", "http://host/a@b"),
            ("http://u:p@q@host", "http://<http://|u:p@q>@host"),
            ("ssh://a@b and git://c@d/e", "ssh://<ssh://|a>@b and git://<and git://|c>@d/e"),
        ] {
            assert_eq!(with_credentials_as(text, shown), expected);
        }
    }
}
