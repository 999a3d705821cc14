//! Packages on the disk of the user, by content.
//!
//! Below the cache directory: `wheels/SHA256/NAME.whl` with `wheels/SHA256/content` unpacked beside it, `metadata/SHA256`,
//! `index/SHA256-OF-ADDRESS`, `selections/KEY` and, for packages in directories, `directories/KEY`. A wheel is unpacked beside its place and moved there in one step, so
//! processes that work at once cannot see half of it. Nothing that is in its place is ever changed.

use std::fs::File;
use std::io::{self, Cursor};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use zip::ZipArchive;

use super::{Checksum, Metadata, PackageError};
use crate::fs::{self, FsError};

/// What the names of directories begin with that are being filled.
const UNFINISHED: &str = ".unpacking-";

/// One that was last changed so long ago belongs to a process that was killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// The directory of the packages.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// A wheel in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWheel {
    /// Where its modules are.
    pub directory: PathBuf,
    /// The SHA-256 of the wheel.
    pub checksum: Checksum,
}

impl Store {
    /// Packages below this directory, which need not exist.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// A wheel that is there already.
    pub fn wheel(&self, checksum: &Checksum) -> Option<StoredWheel> {
        let directory = self.root.join("wheels").join(&checksum.digits).join("content");
        directory.is_dir().then(|| StoredWheel { directory, checksum: checksum.clone() })
    }

    /// Unpacks a wheel and gives its place.
    ///
    /// # Errors
    /// It is damaged, has members that lead elsewhere, or the disk refuses it.
    pub fn keep_wheel(&self, name: &str, content: &[u8]) -> Result<StoredWheel, PackageError> {
        let checksum = Checksum::sha256(content);
        if let Some(wheel) = self.wheel(&checksum) {
            return Ok(wheel);
        }
        let target = self.put_in_place("wheels", &checksum.digits, |fresh| {
            let archive = fresh.join(name);
            std::fs::write(&archive, content).map_err(|error| FsError::new("write", &archive, error))?;
            unpack(name, content, &fresh.join("content"))
        })?;
        self.wheel(&checksum).ok_or_else(|| PackageError::Wheel {
            file: name.to_owned(),
            reason: format!("{} was removed while it was made", target.display()),
        })
    }

    /// Keeps small files in a directory whose key changes with them, and gives its place.
    ///
    /// # Errors
    /// The disk refuses it.
    pub fn keep_directory(&self, kind: &str, key: &str, files: &[(PathBuf, String)]) -> Result<PathBuf, PackageError> {
        self.put_in_place(kind, key, |fresh| {
            for (path, content) in files {
                let path = fresh.join(path);
                if let Some(parent) = path.parent() {
                    fs::make_directory(parent, true)?;
                }
                fs::create_with(&path, content.as_bytes())?;
            }
            Ok(())
        })
    }

    /// A directory with a content that its key stands for: the one that is there, else `fill` makes it in another place,
    /// from where it is moved when it is whole.
    fn put_in_place(
        &self,
        kind: &str,
        key: &str,
        fill: impl FnOnce(&Path) -> Result<(), PackageError>,
    ) -> Result<PathBuf, PackageError> {
        let parent = self.root.join(kind);
        let target = parent.join(key);
        if target.is_dir() {
            return Ok(target);
        }
        fs::make_directory(&parent, true)?;
        remove_unfinished(&parent);
        let fresh = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempdir_in(&parent)
            .map_err(|error| FsError::new("make a directory in", &parent, error))?;
        fill(fresh.path())?;
        force_to_disk(fresh.path());
        match fs::rename_to_free(fresh.path(), &target) {
            Ok(()) => drop(fresh.keep()),
            // Another process was faster; what it made is the same.
            Err(_) if target.is_dir() => {}
            Err(error) => return Err(error.into()),
        }
        Ok(target)
    }

    /// Something else that was kept. `None`: it was not, or cannot be read any more, which is as good.
    pub fn kept(&self, kind: &str, key: &str) -> Option<Vec<u8>> {
        fs::read(&self.root.join(kind).join(key)).ok()
    }

    /// Keeps something else under a key, readable for its owner only: addresses may hold credentials.
    ///
    /// # Errors
    /// The disk refuses it.
    pub fn keep(&self, kind: &str, key: &str, content: &[u8]) -> Result<(), PackageError> {
        let directory = self.root.join(kind);
        fs::make_directory(&directory, true)?;
        Ok(fs::replace(&directory.join(key), content, Some(0o600))?)
    }
}

/// Removes what killed processes left. A failure is none: it takes place, and does no other harm.
fn remove_unfinished(parent: &Path) {
    for name in fs::list(parent).ok().flatten().unwrap_or_default() {
        let path = parent.join(&name);
        let is_old = || {
            let age = fs::look(&path).ok()??.modified().ok()?.elapsed().ok()?;
            (age > ABANDONED_AFTER).then_some(())
        };
        if name.to_string_lossy().starts_with(UNFINISHED) && is_old().is_some() {
            let _ = fs::ensure_absent(&path);
        }
    }
}

/// Reads the metadata of an unpacked wheel.
///
/// # Errors
/// There is none, or several.
pub fn metadata_of(directory: &Path, file: &str) -> Result<Metadata, PackageError> {
    let fail = |reason: &str| PackageError::Wheel { file: file.to_owned(), reason: reason.to_owned() };
    let names = fs::list(directory)?.unwrap_or_default();
    let mut found = names.iter().filter(|name| name.to_string_lossy().ends_with(".dist-info"));
    let (Some(name), None) = (found.next(), found.next()) else {
        return Err(fail("it has not exactly one directory `.dist-info`"));
    };
    let content = fs::read(&directory.join(name).join("METADATA")).map_err(|_| fail("it has no METADATA"))?;
    Ok(Metadata::parse(&String::from_utf8_lossy(&content)))
}

/// Unpacks a wheel; what belongs beside other modules is put there, scripts and data are left out.
fn unpack(name: &str, content: &[u8], target: &Path) -> Result<(), PackageError> {
    let fail = |reason: String| PackageError::Wheel { file: name.to_owned(), reason };
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|error| fail(error.to_string()))?;
    fs::make_directory(target, false)?;
    let mut has_metadata = false;
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(|error| fail(error.to_string()))?;
        let name = member.name().map_err(|error| fail(error.to_string()))?.into_owned();
        let path = PathBuf::from(&name);
        let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)))
            && !name.contains(['\\', '\0'])
            && !member.is_symlink();
        if !is_plain {
            return Err(fail(format!("its member `{}` leads elsewhere", name.escape_default())));
        }
        let Some(place) = place_of(&path) else {
            continue;
        };
        let place = target.join(place);
        if member.is_dir() {
            fs::make_directory(&place, true)?;
            continue;
        }
        if let Some(parent) = place.parent() {
            fs::make_directory(parent, true)?;
        }
        has_metadata |= place.ends_with("METADATA");
        let refuse = |error: io::Error| FsError::new("write", &place, error);
        let mut file = File::options().write(true).create_new(true).open(&place).map_err(refuse)?;
        // What the archive says wrongly and what the disk refuses cannot be told apart; the text of the error does.
        io::copy(&mut member, &mut file).map_err(|error| fail(format!("member `{name}`: {error}")))?;
    }
    if !has_metadata {
        return Err(fail("it has no METADATA".to_owned()));
    }
    Ok(())
}

/// Where a member goes: `NAME.data/purelib/x` beside the modules; the rest of `NAME.data` is of no use here.
fn place_of(path: &Path) -> Option<PathBuf> {
    let mut parts = path.components();
    let first = parts.next()?.as_os_str().to_string_lossy().into_owned();
    if !first.ends_with(".data") {
        return Some(path.to_owned());
    }
    let second = parts.next()?.as_os_str().to_string_lossy().into_owned();
    let rest = parts.as_path();
    (["purelib", "platlib"].contains(&second.as_str()) && !rest.as_os_str().is_empty()).then(|| rest.to_owned())
}

/// Has the file system write what it still holds back: once a wheel is in its place nobody looks at its files again,
/// so a power failure must not leave empty ones there.
fn force_to_disk(directory: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(directory) = File::open(directory) {
        // A file system that cannot do this, as those in memory, has nothing to lose either.
        let _ = rustix::fs::syncfs(directory);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = directory;
}
