//! Writing `requirements.lock`.

use std::fmt::Write as _;
use std::path::Path;

use super::index::Index;
use super::requirement::{Origin, Requirement};
use super::resolver::{Choice, Source};
use super::{Algorithm, Checksum, PackageError, Requirements, Selection, masked};

/// The checksum by which a lock says which requirements it was made of: that of the files, one after another.
pub fn requirements_hash(requirements: &Requirements) -> String {
    let content: Vec<u8> = requirements.files.iter().flat_map(|(_, content)| content.iter().copied()).collect();
    Checksum::sha256(&content).digits
}

/// The text of a lock: pip's format, so that people and other programs can read it.
///
/// # Errors
/// An index could not be asked about the files of a version.
pub fn text(
    requirements: &Requirements,
    choices: &[Choice],
    selection: &Selection,
    index: &Index<'_>,
    project: &Path,
) -> Result<String, PackageError> {
    let mut text = format!("{} {}\n", super::requirement_file::LOCK_MARKS[1], requirements_hash(requirements));
    text.push_str("# Written by `batou packages update`. What batou brings along itself is left out.\n");
    for choice in choices {
        match &choice.source {
            Source::Directory(_, requirement) => {
                let editable = if requirement.is_editable { "-e " } else { "" };
                let _ = writeln!(text, "{editable}{}", location(requirement, project));
            }
            Source::Wheel(_, requirement) => {
                let _ = write!(text, "{}", location(requirement, project));
                push_checksums(&mut text, requirement.hashes.iter().map(ToString::to_string).collect());
            }
            Source::Index(_) => {
                let Some(version) = &choice.version else {
                    continue;
                };
                let _ = write!(text, "{}=={version}", choice.name);
                let releases = index.releases(&choice.name)?;
                let files =
                    releases.iter().filter(|release| release.version == *version).flat_map(|release| &release.files);
                let checksums =
                    files.flat_map(|file| file.checksums()).filter(|sum| sum.algorithm == Algorithm::Sha256);
                let mut checksums: Vec<String> = checksums.map(|checksum| checksum.to_string()).collect();
                if checksums.is_empty() {
                    // The index says none, so that of what it gave is what counts from now on.
                    let used = selection.package(&choice.name).and_then(|package| package.sha256.as_ref());
                    checksums.extend(used.map(|digits| format!("sha256:{digits}")));
                }
                push_checksums(&mut text, checksums);
            }
        }
    }
    Ok(text)
}

/// What is in the project by its path from there, as the lock may stand elsewhere than the line that names it.
fn location(requirement: &Requirement, project: &Path) -> String {
    let path = match &requirement.origin {
        Origin::Directory(path) => Some(path.clone()),
        Origin::Wheel(url) if url.scheme() == "file" => url.to_file_path().ok(),
        Origin::Wheel(_) | Origin::Index(_) => None,
    };
    let Some(relative) = path.as_deref().and_then(|path| path.strip_prefix(project).ok()) else {
        return requirement.text.clone();
    };
    let mut text = format!("./{}", relative.display());
    if !requirement.extras.is_empty() {
        let extras: Vec<String> = requirement.extras.iter().map(ToString::to_string).collect();
        let _ = write!(text, "[{}]", extras.join(","));
    }
    if let Some(marker) = requirement.marker.try_to_string() {
        let _ = write!(text, " ; {marker}");
    }
    text
}

fn push_checksums(text: &mut String, mut checksums: Vec<String>) {
    checksums.sort_unstable();
    checksums.dedup();
    for checksum in checksums {
        let _ = write!(text, " \\\n    --hash={checksum}");
    }
    text.push('\n');
}

/// A warning if a lock was made of other requirements than there are now. A lock that does not say is taken as it is.
pub fn age_warning(lock: &Requirements, requirements: &Requirements, path: &Path) -> Option<String> {
    let written_for = lock.written_for.as_ref()?;
    // appenv counts the first file alone.
    let first = requirements.files.first().map(|(_, content)| Checksum::sha256(content).digits);
    let is_current = *written_for == requirements_hash(requirements) || Some(written_for) == first.as_ref();
    (!is_current).then(|| {
        format!(
            "{} was not made of requirements.txt as it is now; it is used as it is, `batou packages update` makes it anew",
            masked(&path.display().to_string())
        )
    })
}
