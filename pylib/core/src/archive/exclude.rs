//! Names that a listing leaves out, as `tar --exclude` takes them.

use crate::files::sync::wildcard;

/// Patterns that count from any part of a name, and for all below what they match.
pub(super) struct Exclusions(Vec<Vec<u8>>);

impl Exclusions {
    pub(super) fn new(patterns: &[String]) -> Self {
        // A star of tar crosses slashes.
        Self(patterns.iter().map(|pattern| pattern.replace('*', "**").into_bytes()).collect())
    }

    pub(super) fn contain(&self, name: &[u8]) -> bool {
        let name = name.strip_suffix(b"/").unwrap_or(name);
        let begins = || std::iter::once(0).chain(after_slashes(name));
        let ends = || after_slashes(name).map(|after| after - 1).chain(std::iter::once(name.len()));
        self.0.iter().any(|pattern| {
            begins()
                .any(|begin| ends().filter(|end| *end > begin).any(|end| wildcard::matches(pattern, &name[begin..end])))
        })
    }
}

fn after_slashes(name: &[u8]) -> impl Iterator<Item = usize> {
    name.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_parts_and_what_is_below() {
        let exclusions = Exclusions::new(&["._*".to_owned(), "tmp/*.log".to_owned(), "exact".to_owned()]);
        for (name, excluded) in [
            ("._a", true),
            ("d/._a", true),
            ("d/._a/b", true),
            ("d/._a/", true),
            ("a._b", false),
            ("d/a", false),
            ("tmp/a.log", true),
            ("x/tmp/a/b.log", true),
            ("tmp/a.log.gz", false),
            ("exact", true),
            ("exact/", true),
            ("exact/below", true),
            ("inexact", false),
            ("", false),
        ] {
            assert_eq!(exclusions.contain(name.as_bytes()), excluded, "{name}");
        }
    }
}
