//! Which version of a package is installed, by its metadata.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use pep508_rs::PackageName;

use super::{distribution, layout};

/// The version of a package in the environment's own directory of packages.
///
/// None if it is not there, or if that does not say which version is used: packages of the system, eggs and directories that `.pth` files name
/// are known to the interpreter only.
pub fn installed_version(environment: &Path, requirement: &str) -> Option<String> {
    let wanted = PackageName::from_str(distribution::name(requirement)?).ok()?;
    let recorded = || layout::pair(&layout::setting(environment, &["version", "version_info"])?);
    let version = layout::interpreter(environment).ok()?.or_else(recorded)?;
    let mut found = fs::read_dir(layout::packages(environment, version)).ok()?.filter_map(|entry| {
        let entry = entry.ok()?;
        let file_name = entry.file_name();
        let (stem, metadata) = metadata_place(file_name.to_str()?)?;
        let name = stem.split_once('-').map_or(stem, |(name, _)| name);
        let named = PackageName::from_str(name).is_ok_and(|name| name == wanted);
        named.then(|| version_of(&entry.path().join(metadata)))
    });
    let (first, None) = (found.next()?, found.next()) else {
        // What a broken installation left; the interpreter takes one of them.
        return None;
    };
    first
}

/// The name of an entry without its ending, and where its metadata are.
fn metadata_place(file_name: &str) -> Option<(&str, &'static str)> {
    let dist_info = file_name.strip_suffix(".dist-info").map(|stem| (stem, "METADATA"));
    dist_info.or_else(|| file_name.strip_suffix(".egg-info").map(|stem| (stem, "PKG-INFO")))
}

fn version_of(metadata: &Path) -> Option<String> {
    let text = fs::read(metadata).ok()?;
    let text = String::from_utf8_lossy(&text);
    // The headers end with an empty line.
    let headers = text.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(':'));
    let mut versions = headers.filter(|(name, _)| name.eq_ignore_ascii_case("version"));
    versions.next().map(|(_, value)| value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn environment(entries: &[(&str, &str)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        fs::create_dir_all(path.join("bin")).unwrap();
        fs::write(path.join("python3.11"), "").unwrap();
        symlink("../python3.11", path.join("bin/python")).unwrap();
        for (name, text) in entries {
            let file = path.join("lib/python3.11/site-packages").join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        directory
    }

    #[test]
    fn the_version_is_that_of_the_metadata() {
        let made = environment(&[
            (
                "zc.buildout-3.0.1.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: zc.buildout\nversion: 3.0.1\n\nVersion: 9\n",
            ),
            ("ruamel_yaml-0.1.dist-info/METADATA", "Name: ruamel.yaml\nVersion: 0.1.0\n"),
            ("old-1.0-py3.11.egg-info/PKG-INFO", "Name: old\nVersion: 1.0\n"),
        ]);
        for (name, version) in [
            ("zc.buildout", "3.0.1"),
            ("ZC-Buildout[test]", "3.0.1"),
            ("ruamel.yaml", "0.1.0"),
            ("Ruamel_._YAML", "0.1.0"),
            ("old", "1.0"),
        ] {
            assert_eq!(installed_version(made.path(), name).as_deref(), Some(version), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_or_not_sure_is_unknown() {
        let made = environment(&[
            ("twice-1.0.dist-info/METADATA", "Version: 1.0\n"),
            ("twice-2.0.dist-info/METADATA", "Version: 2.0\n"),
            ("empty-1.0.dist-info/METADATA", "Name: empty\n\nVersion: 1.0\n"),
            ("bare-1.0.dist-info/RECORD", ""),
            ("six.py", ""),
        ]);
        for name in ["twice", "empty", "bare", "six", "git+https://example.com/six"] {
            assert_eq!(installed_version(made.path(), name), None, "{name}");
        }
        assert_eq!(installed_version(tempfile::tempdir().unwrap().path(), "six"), None);
    }
}
