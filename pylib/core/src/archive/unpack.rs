use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{ArchiveError, while_reading};
use super::exclude::Exclusions;
use super::format::Format;
use super::member::Member;
use super::path::{check, stripped};
use super::place::Placing;
use super::{tar, zip};
use crate::progress::{Progress, Unit};

/// How an archive is unpacked.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnpackOptions {
    /// The number of parts that each member's path loses at its start.
    pub strip: usize,
    /// Whether symbolic links may lead outside the target. Nothing is written through them in any case.
    pub links_outside: bool,
}

/// The names of the members of an archive, without those that a pattern of `exclude` matches.
///
/// # Errors
/// An archive that is missing, damaged, or of another format.
pub fn names(archive: &Path, format: Format, exclude: &[String]) -> Result<Vec<PathBuf>, ArchiveError> {
    let mut names = match format {
        Format::Tar => tar::names(archive)?,
        Format::Zip => zip::names(archive)?,
    };
    if !exclude.is_empty() {
        let exclusions = Exclusions::new(exclude);
        names.retain(|name| !exclusions.contain(name.as_os_str().as_bytes()));
    }
    Ok(names)
}

/// Unpacks all members of an archive into a directory.
///
/// The archive is read twice: whether it is whole, and whether its paths are safe, is known before anything is written.
///
/// # Errors
/// A damaged archive or an unsafe path, and then nothing was touched; whatever the disk refuses, and then each file is
/// either the old or the new one.
pub fn unpack(archive: &Path, format: Format, target: &Path, options: UnpackOptions) -> Result<(), ArchiveError> {
    let each = match format {
        Format::Tar => tar::each,
        Format::Zip => zip::each,
    };
    let mut members: Vec<Member> = Vec::new();
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    let mut progress = Progress::new("reading", name.clone(), Unit::Things("members"));
    each(archive, &mut |member, content| {
        io::copy(content, &mut io::sink()).map_err(|error| while_reading(archive, format.name(), error))?;
        members.push(member);
        progress.at(members.len() as u64, None);
        Ok(())
    })?;
    check(&members, options.strip, options.links_outside).map_err(|(member, danger)| ArchiveError::Unsafe {
        archive: archive.to_owned(),
        member: member.name.to_string_lossy().into_owned(),
        danger,
    })?;
    let total = members.len() as u64;
    drop(members);
    let mut placing = Placing::new(target, format, options.strip);
    let mut progress = Progress::new("unpacking", name, Unit::Things("members"));
    let mut done = 0;
    each(archive, &mut |member, content| {
        done += 1;
        progress.at(done, Some(total));
        match stripped(&member.name, options.strip) {
            Some(path) => placing.place(&member, &path, content),
            None => Ok(()),
        }
    })?;
    placing.finish()
}
