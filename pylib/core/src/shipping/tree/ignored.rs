//! Names that neither travel nor are removed on the target.

use super::path::{is_plain, parent};

/// What programs keep in a project or repository for themselves. They are meant at the root and in the project only: a directory
/// of a component may have such a name.
const AT_THE_TOP: [&[u8]; 7] =
    [b".appenv", b".batou", b".batou-lock", b".kitchen", b".vagrant", b"work", b"insecure-private.key"];

/// What version control keeps for itself, also that of submodules. It is useless without the rest.
const EVERYWHERE: [&[u8]; 2] = [b".git", b".hg"];

/// Which names neither travel nor are removed on the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ignored {
    /// Where the project is below the root; empty if it is the root.
    base: Vec<u8>,
    further: Vec<Vec<u8>>,
}

impl Ignored {
    /// The usual names at the root and at the project, which is at `base` below it, and further ones wherever they are. `None` if
    /// the base leads out of the root or a further name is none.
    pub(super) fn new(base: &[u8], further: Vec<Vec<u8>>) -> Option<Self> {
        let has_names = further.iter().all(|name| is_plain(name) && !name.contains(&b'/'));
        (has_names && (base.is_empty() || is_plain(base))).then(|| Self { base: base.to_owned(), further })
    }

    pub(super) fn base(&self) -> &[u8] {
        &self.base
    }

    pub(super) fn further(&self) -> &[Vec<u8>] {
        &self.further
    }

    /// Whether an entry is meant. What is below one is never asked about.
    pub(super) fn holds(&self, path: &[u8]) -> bool {
        let directory = parent(path).unwrap_or_default();
        let name = if directory.is_empty() { path } else { &path[directory.len() + 1..] };
        EVERYWHERE.contains(&name)
            || self.further.iter().any(|further| further == name)
            || ((directory.is_empty() || directory == self.base)
                && (AT_THE_TOP.contains(&name) || name == b"ssh_config" || name.starts_with(b"ssh_config_")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_meant_at_the_root_and_in_the_project() {
        let ignored = Ignored::new(b"sub/project", vec![b"node_modules".to_vec()]).unwrap();
        for path in ["work", "sub/project/work", "ssh_config", "ssh_config_dev", "sub/project/.batou-lock"] {
            assert!(ignored.holds(path.as_bytes()), "{path}");
        }
        for path in
            ["sub/work", "components/work", "sub/project/a/work", "ssh_config.j2", "a/ssh_config_dev", ".gitignore"]
        {
            assert!(!ignored.holds(path.as_bytes()), "{path}");
        }
        for path in [".git", "vendor/library/.git", "a/b/.hg", "a/node_modules", "node_modules"] {
            assert!(ignored.holds(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn what_leads_elsewhere_is_no_base_and_no_name() {
        assert!(Ignored::new(b"", Vec::new()).is_some());
        assert!(Ignored::new(b"../x", Vec::new()).is_none());
        for name in [&b".."[..], b"a/b", b""] {
            assert!(Ignored::new(b"", vec![name.to_vec()]).is_none());
        }
    }
}
