//! What the program brings along itself.

use pep508_rs::PackageName;

/// The packages that definitions find without asking for them, so requirements on them are fulfilled whatever version
/// they name. Sorted.
pub const PROVIDED: &[&str] = &[
    "appenv",
    "batou",
    "configupdater",
    "execnet",
    "importlib-metadata",
    "importlib-resources",
    "jinja2",
    "markupsafe",
    "pip",
    "py",
    "pyyaml",
    "remote-pdb",
    "requests",
    "setuptools",
    "wheel",
];

/// Whether the program brings the package along.
pub fn is_provided(name: &PackageName) -> bool {
    PROVIDED.binary_search(&name.as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr as _;

    #[test]
    fn names_are_sorted_and_normal() {
        assert!(PROVIDED.is_sorted());
        for name in PROVIDED {
            assert_eq!(PackageName::from_str(name).expect("a name").as_ref(), *name);
        }
        assert!(is_provided(&PackageName::from_str("PyYAML").expect("a name")));
        assert!(!is_provided(&PackageName::from_str("batou_ext").expect("a name")));
    }
}
