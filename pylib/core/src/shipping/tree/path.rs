//! Paths below a root, as they travel.

use std::cmp::Ordering;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The most bytes of a path or link, as the system limits them.
pub(super) const LONGEST: usize = 4095;

/// Whether a path leads downwards and says it in the shortest way, so that two paths are equal only if their bytes are.
pub(super) fn is_plain(path: &[u8]) -> bool {
    !path.is_empty()
        && path.len() <= LONGEST
        && !path.contains(&0)
        && path.split(|byte| *byte == b'/').all(|part| !matches!(part, b"" | b"." | b".."))
}

/// The order of a tree: what is in a directory follows it at once.
pub(super) fn order(left: &[u8], right: &[u8]) -> Ordering {
    let key = |byte: &u8| if *byte == b'/' { 0 } else { *byte };
    left.iter().map(key).cmp(right.iter().map(key))
}

/// The path of the directory; `None` for what is in the root.
pub(super) fn parent(path: &[u8]) -> Option<&[u8]> {
    path.iter().rposition(|byte| *byte == b'/').map(|slash| &path[..slash])
}

/// The place of a path below a root.
pub(super) fn below(root: &Path, path: &[u8]) -> PathBuf {
    root.join(OsStr::from_bytes(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_lead_downwards_are_plain() {
        for good in [&b"a"[..], b"a/b", b"...", b"..a", b"\xff\n", b"a\\b"] {
            assert!(is_plain(good), "{good:?}");
        }
        for bad in [&b""[..], b"/", b"/a", b"a/", b"a//b", b".", b"..", b"a/..", b"../a", b"a/../b", b"./a", b"a\0b"] {
            assert!(!is_plain(bad), "{bad:?}");
        }
        assert!(!is_plain(&[b'a'; LONGEST + 1]));
    }

    #[test]
    fn a_directory_comes_right_before_what_is_in_it() {
        let mut paths = [&b"a.b"[..], b"a/b", b"a", b"a b", b"a/a/b", b"a/a", b"b"];
        paths.sort_by(|left, right| order(left, right));
        assert_eq!(paths, [&b"a"[..], b"a/a", b"a/a/b", b"a/b", b"a b", b"a.b", b"b"]);
        assert_eq!((parent(b"a/b/c"), parent(b"a")), (Some(&b"a/b"[..]), None));
    }
}
