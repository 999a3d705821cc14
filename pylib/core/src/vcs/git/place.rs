//! Addresses of repositories: how they are reached, and how they are shown.

use std::path::Path;

use crate::http::credentials::with_credentials_as;

/// A text, such as an address, with the passwords of all addresses in it replaced.
pub fn masked(text: &str) -> String {
    with_credentials_as(text, |before, credentials| match credentials.split_once(':') {
        Some((user, _)) => format!("{user}:*****"),
        // Without a colon it may be a token, unless it is one of the usual names.
        None if matches!(credentials, "git" | "hg" | "svn" | "root") => credentials.to_owned(),
        None if before.ends_with("ssh://") || before.ends_with("git://") => credentials.to_owned(),
        None => "*****".to_owned(),
    })
}

/// Whether libgit2 cannot reach an address by itself, so that the git program has to.
pub(super) fn needs_program(url: &str) -> bool {
    if let Some((scheme, _)) = url.split_once("://") {
        return !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "git" | "file");
    }
    // `host:path`, as git tells it from a path: there is a colon, and no slash before it.
    let is_remote = url.split_once(':').is_some_and(|(host, _)| !host.is_empty() && !host.contains('/'));
    is_remote && !Path::new(url).exists()
}

/// The address that git's configuration puts in the place of this one.
pub(super) fn rewritten(url: &str, configuration: &git2::Config) -> String {
    let mut best: Option<(usize, String)> = None;
    let Ok(entries) = configuration.entries(Some(r"^url\..*\.insteadof$")) else {
        return url.to_owned();
    };
    // An entry that cannot be read names no address.
    let _ = entries.for_each(|entry| {
        let (Ok(name), Ok(prefix)) = (entry.name(), entry.value()) else {
            return;
        };
        let base = name.strip_prefix("url.").and_then(|name| name.strip_suffix(".insteadof"));
        if let (Some(base), Some(rest)) = (base, url.strip_prefix(prefix))
            && best.as_ref().is_none_or(|(length, _)| *length < prefix.len())
        {
            best = Some((prefix.len(), format!("{base}{rest}")));
        }
    });
    best.map_or_else(|| url.to_owned(), |(_, url)| url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_and_nothing_else() {
        for (url, shown) in [
            ("https://ada:secret@example.com/x.git", "https://ada:*****@example.com/x.git"),
            ("https://ada:se@cr:et@example.com/x", "https://ada:*****@example.com/x"),
            ("https://token@example.com/x", "https://*****@example.com/x"),
            ("https://example.com/a@b:c", "https://example.com/a@b:c"),
            ("git@example.com:x.git", "git@example.com:x.git"),
            ("ssh://git@example.com/x.git", "ssh://git@example.com/x.git"),
            ("ssh://ada@example.com:22/x.git", "ssh://ada@example.com:22/x.git"),
            ("/srv/x", "/srv/x"),
            ("to https://a:b@c/d from http://e:f@g", "to https://a:*****@c/d from http://e:*****@g"),
            ("", ""),
        ] {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn ssh_and_unknown_ways_need_the_program() {
        for (url, needs) in [
            ("git@example.com:x.git", true),
            ("host:path", true),
            ("ssh://example.com/x", true),
            ("git+ssh://example.com/x", true),
            ("ext::sh -c foo", true),
            ("https://example.com/x", false),
            ("HTTP://example.com/x", false),
            ("git://example.com/x", false),
            ("file:///srv/x", false),
            ("/srv/x", false),
            ("./a:b", false),
            ("x", false),
        ] {
            assert_eq!(needs_program(url), needs, "{url}");
        }
    }

    #[test]
    fn the_longest_prefix_of_the_configuration_counts() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("config");
        std::fs::write(
            &file,
            "[url \"ssh://git@x/\"]\n\tinsteadOf = https://x/\n[url \"/mirror/\"]\n\tinsteadOf = https://x/deep/\n",
        )
        .unwrap();
        let configuration = git2::Config::open(&file).unwrap();
        assert_eq!(rewritten("https://x/a", &configuration), "ssh://git@x/a");
        assert_eq!(rewritten("https://x/deep/a", &configuration), "/mirror/a");
        assert_eq!(rewritten("https://y/a", &configuration), "https://y/a");
    }
}
