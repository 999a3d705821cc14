use std::borrow::Cow;

/// A URL that may be shown: wherever its password occurs, there are five stars.
pub fn masked(url: &str) -> Cow<'_, str> {
    match password(url) {
        Some(password) => Cow::Owned(url.replace(password, "*****")),
        None => Cow::Borrowed(url),
    }
}

/// The password of a URL as it is written; an empty one is none.
fn password(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("//")?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let (credentials, _) = authority.rsplit_once('@')?;
    let (_, password) = credentials.split_once(':')?;
    (!password.is_empty()).then_some(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_wherever_they_are() {
        for (url, shown) in [
            ("http://user:secret@host/a", "http://user:*****@host/a"),
            ("http://user:secret@host/secret?x=secret", "http://user:*****@host/*****?x=*****"),
            ("ftp://user:p@ss:w@host", "ftp://user:*****@host"),
            ("http://user:@host/a", "http://user:@host/a"),
            ("http://user@host/a", "http://user@host/a"),
            ("http://host:80/a@b:c", "http://host:80/a@b:c"),
            ("no url", "no url"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
