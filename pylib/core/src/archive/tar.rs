//! Reading tar archives.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{FileType, makedev};
use tar::{Archive, Entry, EntryType};

use super::compression::{Compression, detect, reader};
use super::error::{ArchiveError, while_reading};
use super::member::{Kind, Member, Owner};
use crate::fs::FsError;

const FORMAT: &str = "tar";

/// Hands each member with its content to a function. Content that ends too early is an error of its reader.
pub(super) fn each(
    path: &Path,
    visit: &mut dyn FnMut(Member, &mut dyn Read) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let (file, compression) = open(path)?;
    let failed = |source| while_reading(path, FORMAT, source);
    let mut archive = Archive::new(reader(file, compression).map_err(failed)?);
    for entry in archive.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        if let Some(member) = member(path, &mut entry)? {
            let size = if member.kind == Kind::File { entry.size() } else { 0 };
            visit(member, &mut Exact { left: size, inner: &mut entry })?;
        }
    }
    // What follows the last member, checksums of the compression included, must be sound, too.
    match io::copy(&mut archive.into_inner(), &mut io::sink()) {
        // gzip takes no offence at padding after its data.
        Err(error) if compression == Compression::Gzip && error.to_string().contains("invalid gzip header") => Ok(()),
        other => other.map(drop).map_err(failed),
    }
}

/// The names of all members, as they stand in the archive.
pub(super) fn names(path: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let (file, compression) = open(path)?;
    let failed = |source| while_reading(path, FORMAT, source);
    let mut names = Vec::new();
    if compression == Compression::None {
        let length = file.metadata().map_err(failed)?.len();
        let mut archive = Archive::new(file);
        for entry in archive.entries_with_seek().map_err(failed)? {
            let mut entry = entry.map_err(failed)?;
            // Contents are jumped over, so nobody else notices where the file ends.
            if entry.raw_file_position().saturating_add(stored_size(&entry)) > length {
                return Err(failed(io::ErrorKind::UnexpectedEof.into()));
            }
            names.extend(member(path, &mut entry)?.map(|member| member.name));
        }
        return Ok(names);
    }
    let mut archive = Archive::new(reader(file, compression).map_err(failed)?);
    for entry in archive.entries().map_err(failed)? {
        names.extend(member(path, &mut entry.map_err(failed)?)?.map(|member| member.name));
    }
    Ok(names)
}

fn open(path: &Path) -> Result<(File, Compression), ArchiveError> {
    let failed = |source| FsError::new("read", path, source);
    let mut file = File::open(path).map_err(failed)?;
    let compression = detect(&mut file).map_err(failed)?;
    Ok((file, compression))
}

/// Holes of sparse files take no room in the archive.
fn stored_size<R: Read>(entry: &Entry<'_, R>) -> u64 {
    if entry.header().entry_type() == EntryType::GNUSparse { 0 } else { entry.size() }
}

/// The description of an entry; `None` for those that only say something about others.
fn member<R: Read>(path: &Path, entry: &mut Entry<'_, R>) -> Result<Option<Member>, ArchiveError> {
    let failed = |source| while_reading(path, FORMAT, source);
    let name = PathBuf::from(OsStr::from_bytes(&entry.path_bytes()));
    let link = entry.link_name_bytes().map(|text| PathBuf::from(OsStr::from_bytes(&text))).unwrap_or_default();
    let device = |kind: FileType, header: &tar::Header| {
        let major = header.device_major()?.unwrap_or(0);
        let minor = header.device_minor()?.unwrap_or(0);
        Ok::<_, io::Error>(Kind::Special { kind: kind.as_raw_mode(), device: makedev(major, minor) })
    };
    let kind = match entry.header().entry_type() {
        EntryType::XGlobalHeader | EntryType::XHeader | EntryType::GNULongName | EntryType::GNULongLink => {
            return Ok(None);
        }
        // The label of a volume is listed by tar and makes nothing.
        other if other.as_byte() == b'V' => return Ok(None),
        EntryType::Directory => Kind::Directory,
        EntryType::Symlink => Kind::Symlink(link),
        EntryType::Link => Kind::HardLink(link),
        EntryType::Char => device(FileType::CharacterDevice, entry.header()).map_err(failed)?,
        EntryType::Block => device(FileType::BlockDevice, entry.header()).map_err(failed)?,
        EntryType::Fifo => Kind::Special { kind: FileType::Fifo.as_raw_mode(), device: 0 },
        // Old archives mark directories by a slash only.
        _ if name.as_os_str().as_bytes().ends_with(b"/") => Kind::Directory,
        _ => Kind::File,
    };
    let header = entry.header();
    let text = |bytes: Option<&[u8]>| {
        bytes.filter(|name| !name.is_empty()).and_then(|name| String::from_utf8(name.to_vec()).ok())
    };
    // Some programs leave these fields empty.
    let mut owner = Owner {
        user: header.uid().unwrap_or(0),
        group: header.gid().unwrap_or(0),
        user_name: text(header.username_bytes()),
        group_name: text(header.groupname_bytes()),
    };
    let mode = header.mode().map_err(failed)?;
    let mut modified = header.mtime().ok().and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    for extension in entry.pax_extensions().map_err(failed)?.into_iter().flatten() {
        let extension = extension.map_err(failed)?;
        let (Ok(key), Ok(value)) = (extension.key(), extension.value()) else { continue };
        match key {
            "mtime" => modified = time(value).or(modified),
            "uname" => owner.user_name = Some(value.to_owned()),
            "gname" => owner.group_name = Some(value.to_owned()),
            key if key.starts_with("GNU.sparse.") => {
                return Err(ArchiveError::Unsupported {
                    archive: path.to_owned(),
                    what: format!(
                        "member {name:?} is a sparse file in pax format, which cannot be read; pack it without -S"
                    ),
                });
            }
            _ => {}
        }
    }
    Ok(Some(Member { name, kind, mode: Some(mode), owner: Some(owner), modified }))
}

/// Seconds since the epoch with a fraction.
fn time(text: &str) -> Option<SystemTime> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds: i64 = whole.parse().ok()?;
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let fraction = Duration::from_nanos(digits.parse().ok()?);
    let whole = Duration::from_secs(seconds.unsigned_abs());
    if text.starts_with('-') {
        UNIX_EPOCH.checked_sub(whole)?.checked_sub(fraction)
    } else {
        UNIX_EPOCH.checked_add(whole)?.checked_add(fraction)
    }
}

/// A content of known length, whose early end is an error.
pub(super) struct Exact<'a> {
    pub(super) left: u64,
    pub(super) inner: &'a mut dyn Read,
}

impl Read for Exact<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        if read == 0 && !buffer.is_empty() && self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_pax_headers() {
        assert_eq!(time("12.5"), Some(UNIX_EPOCH + Duration::from_millis(12_500)));
        assert_eq!(time("12"), Some(UNIX_EPOCH + Duration::from_secs(12)));
        assert_eq!(time("-1.25"), Some(UNIX_EPOCH - Duration::from_millis(1_250)));
        assert_eq!(time("1.1234567891"), Some(UNIX_EPOCH + Duration::new(1, 123_456_789)));
        for text in ["", "x", "1.x", "99999999999999999999"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
