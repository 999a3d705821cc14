//! Files and directories that must not be there, named by a pattern.

use std::path::{Path, PathBuf};

use super::glob;
use crate::fs::{self, FsError};

/// What a pattern finds, sorted.
///
/// `*`, `?` and `[...]` (with `!` for "not") match inside one name; `**` means the same as `*`. A dot at the beginning
/// of a name is only matched by a dot. Dangling links are found. A slash at the end matches directories only.
///
/// # Errors
/// A directory that cannot be listed: what it holds might match.
pub fn find(pattern: &Path) -> Result<Vec<PathBuf>, FsError> {
    glob::find(pattern)
}

/// Removes what a pattern finds: directories with all below them, links (not what they lead to) and files.
///
/// # Errors
/// The first path that cannot be removed; those before it are gone.
pub fn apply(pattern: &Path) -> Result<(), FsError> {
    find(pattern)?.iter().try_for_each(|path| fs::remove(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::fs::test_support::{as_ordinary_user, names};

    fn tree() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        for directory in ["a1/deep", "a2/.hidden", "b", ".dot"] {
            std::fs::create_dir_all(at(directory)).unwrap();
        }
        for file in [
            "a1/x.conf",
            "a1/deep/x.conf",
            "a2/x.conf",
            "a2/.y.conf",
            "b/x.txt",
            "a.conf",
            ".c.conf",
            ".dot/x.conf",
            "[x]",
        ] {
            std::fs::write(at(file), "x").unwrap();
        }
        symlink("nowhere", at("a-dangling")).unwrap();
        symlink("b", at("a-link")).unwrap();
        root
    }

    /// Pattern and what CPython 3.11's `glob.glob` finds in that tree, sorted, without slashes at the end.
    const TABLE: &[(&str, &[&str])] = &[
        ("*", &["[x]", "a-dangling", "a-link", "a.conf", "a1", "a2", "b"]),
        ("a*", &["a-dangling", "a-link", "a.conf", "a1", "a2"]),
        ("*/", &["a-link", "a1", "a2", "b"]),
        ("*/x.*", &["a-link/x.txt", "a1/x.conf", "a2/x.conf", "b/x.txt"]),
        ("**/x.conf", &["a1/x.conf", "a2/x.conf"]),
        ("**", &["[x]", "a-dangling", "a-link", "a.conf", "a1", "a2", "b"]),
        ("*/*/x.conf", &["a1/deep/x.conf"]),
        (".*", &[".c.conf", ".dot"]),
        (".*/*", &[".dot/x.conf"]),
        ("a2/*", &["a2/x.conf"]),
        ("a2/.*", &["a2/.hidden", "a2/.y.conf"]),
        ("[.]c.conf", &[]),
        ("a[12]", &["a1", "a2"]),
        ("a[!1]", &["a2"]),
        ("[[]x]", &["[x]"]),
        ("[x]", &[]),
        ("a-dangling", &["a-dangling"]),
        ("a-dangling/", &[]),
        ("a.conf/", &[]),
        ("a.conf/*", &[]),
        ("missing/*", &[]),
        ("missing", &[]),
        ("b//x.*", &["b/x.txt"]),
        ("b/../a?", &["b/../a1", "b/../a2"]),
        ("./b", &["./b"]),
    ];

    #[test]
    fn patterns_find_what_the_table_says() {
        let root = tree();
        for (pattern, expected) in TABLE {
            let full = format!("{}/{pattern}", root.path().display());
            let found: Vec<String> = find(Path::new(&full))
                .unwrap()
                .iter()
                .map(|path| {
                    let path = path.to_str().unwrap();
                    path[root.path().as_os_str().len() + 1..].to_owned()
                })
                .collect();
            assert_eq!(found, *expected, "{pattern}");
        }
        assert_eq!(find(Path::new("")).unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_relative_pattern_counts_from_the_working_directory() {
        // The manifest's folder is the working directory of tests.
        assert_eq!(find(Path::new("Cargo.tom[l]")).unwrap(), [Path::new("Cargo.toml")]);
    }

    #[test]
    fn matches_go_and_their_link_targets_stay() {
        let root = tree();
        apply(&root.path().join("a*")).unwrap();
        assert_eq!(names(root.path()), [".c.conf", ".dot", "[x]", "b"]);
        assert_eq!(names(&root.path().join("b")), ["x.txt"]);
        apply(&root.path().join("a*")).unwrap();
        assert!(find(&root.path().join("a*")).unwrap().is_empty());
    }

    #[test]
    fn a_directory_that_cannot_be_listed_is_an_error() {
        let root = tree();
        let closed = root.path().join("a1");
        std::fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        as_ordinary_user(root.path(), || {
            if nix::unistd::geteuid().is_root() {
                let error = find(&closed.join("*")).unwrap_err();
                assert_eq!(error.path, closed);
            } else {
                std::fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o0)).unwrap();
                assert!(find(&closed.join("*")).is_err());
                std::fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
            }
        });
    }
}
