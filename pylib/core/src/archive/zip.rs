//! Reading zip archives.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zip::result::{ZipError, ZipResult};
use zip::{ExtraField, System, ZipArchive};

use super::error::{ArchiveError, while_reading};
use super::member::{Kind, Member};
use super::tar::Exact;
use crate::fs::FsError;

const FORMAT: &str = "zip";
/// No system has longer texts of links.
const LONGEST_LINK: u64 = 1 << 16;

/// Hands each member with its content to a function. Content that ends too early or has the wrong checksum is an error
/// of its reader.
pub(super) fn each(
    path: &Path,
    visit: &mut dyn FnMut(Member, &mut dyn Read) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let mut archive = open(path)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| failed(path, error))?;
        let name = name(entry.name_raw(), entry.name(), entry.system());
        let kind = if entry.is_symlink() {
            let mut text = Vec::new();
            let content = &mut Exact { left: entry.size(), inner: &mut entry };
            content.take(LONGEST_LINK).read_to_end(&mut text).map_err(|error| while_reading(path, FORMAT, error))?;
            Kind::Symlink(OsString::from_vec(text).into())
        } else if entry.is_dir() {
            Kind::Directory
        } else {
            Kind::File
        };
        let of_unix = matches!(entry.system(), System::Unix | System::OsDarwin);
        let member = Member {
            name: name.map_err(|error| failed(path, error))?,
            mode: if of_unix { entry.unix_mode().map(|mode| mode & 0o777) } else { None },
            owner: None,
            // unzip does not set the time of links.
            modified: if entry.is_symlink() { None } else { modified(&entry) },
            kind,
        };
        let size = if member.kind == Kind::File { entry.size() } else { 0 };
        visit(member, &mut Exact { left: size, inner: &mut entry })?;
    }
    Ok(())
}

/// The names of all members, from the directory at the end of the archive.
pub(super) fn names(path: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let archive = open(path)?;
    (0..archive.len())
        .map(|index| {
            let entry = archive.by_index_data(index)?;
            name(entry.name_raw(), entry.name(), entry.system())
        })
        .collect::<ZipResult<_>>()
        .map_err(|error| failed(path, error))
}

fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>, ArchiveError> {
    let file = File::open(path).map_err(|source| FsError::new("read", path, source))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| failed(path, error))
}

/// Programs on Unix write names as they are, often without the mark that says UTF-8. Those of DOS separate by backslashes.
fn name(raw: &[u8], decoded: ZipResult<Cow<'_, str>>, system: System) -> ZipResult<PathBuf> {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => decoded?,
    };
    Ok(if matches!(system, System::Dos) { text.replace('\\', "/").into() } else { text.into_owned().into() })
}

/// The time in seconds if the archive has it, else the time of a clock on a wall, taken as one here.
fn modified<R: Read>(entry: &zip::read::ZipFile<'_, R>) -> Option<SystemTime> {
    let seconds = entry.extra_data_fields().find_map(|field| match field {
        ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    if let Some(seconds) = seconds {
        return Some(UNIX_EPOCH + Duration::from_secs(seconds.into()));
    }
    let wall = entry.last_modified()?;
    let number = |part: u8| i8::try_from(part).ok();
    jiff::civil::DateTime::new(
        i16::try_from(wall.year()).ok()?,
        number(wall.month())?,
        number(wall.day())?,
        number(wall.hour())?,
        number(wall.minute())?,
        number(wall.second())?,
        0,
    )
    .ok()?
    .to_zoned(jiff::tz::TimeZone::system())
    .ok()
    .map(|time| time.timestamp().into())
}

fn failed(path: &Path, error: ZipError) -> ArchiveError {
    let unsupported = |what: String| ArchiveError::Unsupported { archive: path.to_owned(), what };
    match error {
        ZipError::Io(source) => while_reading(path, FORMAT, source),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            unsupported("its members are encrypted; unpack it by hand and pack it without a password".to_owned())
        }
        ZipError::CompressionMethodNotSupported(method) => {
            unsupported(format!("compression method {method} is not supported"))
        }
        ZipError::UnsupportedArchive(what) => unsupported(what.to_owned()),
        other => ArchiveError::Damaged {
            archive: path.to_owned(),
            format: FORMAT,
            source: io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
        },
    }
}
