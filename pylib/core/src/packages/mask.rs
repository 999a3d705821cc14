//! Addresses as people may see them.

/// A text whose addresses show no credentials.
pub fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        shown.push_str(before);
        let end = after.find(|character: char| character == '/' || character.is_whitespace()).unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((_, host)) => {
                shown.push_str("***@");
                shown.push_str(host);
            }
            None => shown.push_str(authority),
        }
        rest = tail;
    }
    shown.push_str(rest);
    shown
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
