//! What is known of packages in directories, written as `importlib.metadata` and `pkg_resources` read it.
//!
//! An installed package has a directory `NAME-VERSION.dist-info` on the search path. Nothing is installed here, and the
//! directories of the project are not ours to write into, so all these descriptions stand together in the cache.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use pep508_rs::ExtraName;

use super::local::LocalPackage;
use super::metadata::parse_requirement;
use super::store::Store;
use super::{Checksum, PackageError};

/// The version of a package that says none, as setuptools has it.
const UNTOLD_VERSION: &str = "0.0.0";

/// Describes packages in a directory to search; none if there are no packages.
///
/// # Errors
/// The disk refuses it.
pub fn describe(packages: &[&LocalPackage], store: &Store) -> Result<Option<PathBuf>, PackageError> {
    let mut files: Vec<(PathBuf, String)> = packages.iter().flat_map(|package| files_of(package)).collect();
    if files.is_empty() {
        return Ok(None);
    }
    files.sort();
    let mut all = String::new();
    for (path, content) in &files {
        all.push_str(&format!("{} {}\n{content}", path.display(), content.len()));
    }
    store.keep_directory("directories", &Checksum::sha256(all.as_bytes()).digits, &files).map(Some)
}

/// The files of one package.
fn files_of(package: &LocalPackage) -> Vec<(PathBuf, String)> {
    let version = package.version.as_deref().unwrap_or(UNTOLD_VERSION);
    let written = |version: &str| {
        version.chars().all(|character| character.is_ascii_alphanumeric() || "._+!".contains(character))
    };
    let shown = if written(version) { version } else { UNTOLD_VERSION };
    let directory = PathBuf::from(format!("{}-{shown}.dist-info", package.name.as_ref().replace('-', "_")));
    let mut files = vec![(directory.join("METADATA"), metadata_of(package, version))];
    let groups: Vec<String> = package
        .entry_points
        .iter()
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(group, lines)| format!("[{group}]\n{}\n", lines.join("\n")))
        .collect();
    if !groups.is_empty() {
        files.push((directory.join("entry_points.txt"), groups.join("\n")));
    }
    files
}

fn metadata_of(package: &LocalPackage, version: &str) -> String {
    // A header is one line, whatever was written.
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = vec![
        "Metadata-Version: 2.1".to_owned(),
        format!("Name: {}", line(&package.title)),
        format!("Version: {}", line(version)),
    ];
    if !package.summary.trim().is_empty() {
        lines.push(format!("Summary: {}", line(&package.summary)));
    }
    lines.extend(package.requires.iter().map(|text| format!("Requires-Dist: {}", line(text))));
    for (extra, texts) in &package.extras {
        // What is no name, `:python_version<'3'` for one, is a condition of older times.
        let Ok(extra) = ExtraName::from_str(extra) else { continue };
        lines.push(format!("Provides-Extra: {extra}"));
        let requirements = texts.iter().filter_map(|text| parse_requirement(text, Path::new("/")).ok());
        lines.extend(requirements.map(|found| format!("Requires-Dist: {}", found.with_extra_marker(&extra))));
    }
    lines.push(String::new());
    lines.join("\n")
}
