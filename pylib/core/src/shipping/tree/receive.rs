//! The side of the target.

use std::fs::File;
use std::path::Path;

use super::super::error::ShippingError;
use super::super::line::Receiving;
use super::super::message::{Digest, Entry, FileFacts, FromController, FromTarget, Kind, LIST, TreeReport, Want};
use super::MOST_ENTRIES;
use super::apply::{apply, system_time};
use super::compare::{check, steps};
use super::content::{Content, Intake, Stop};
use super::ignored::Ignored;
use super::path::below;
use super::scan::{Checksum, Listing};
use crate::checksum::of_reader;
use crate::fs::{FileAttributes, make_directory, put_file, set_mode, set_modified};

/// The most that a name and its facts take in a message, besides the path itself.
const WANT_SIZE: usize = 40;

/// Makes the tree at a root the one that is offered.
pub(in crate::shipping) fn receive(
    root: &Path,
    digest: Digest,
    base: &[u8],
    further: Vec<Vec<u8>>,
    line: &mut Receiving<'_>,
) -> Result<TreeReport, ShippingError> {
    let Some(ignored) = Ignored::new(base, further) else {
        return Err(ShippingError::unexpected("a name to ignore, or a place of the project, that is none"));
    };
    make_directory(root, true)?;
    let there = Listing::of(root, &ignored)?;
    let mut report = TreeReport::default();
    if there.special.is_empty() && there.leftovers.is_empty() && there.digest() == digest {
        line.send(FromTarget::Report(report))?;
        return Ok(report);
    }
    line.send(FromTarget::Different)?;
    let mut intake = Intake::new(line);
    let wanted = entries(&mut intake, &ignored)?;
    let steps = steps(&wanted, &there);
    drop(there);
    apply(root, &wanted, &steps, &mut report)?;
    let wants: Vec<Want> =
        steps.files.iter().map(|(file, has_length)| want(root, &wanted, *file, *has_length)).collect();
    let mut lists = wants.chunks(LIST / WANT_SIZE).peekable();
    while let Some(files) = lists.next() {
        intake.line.send(FromTarget::Wanted { files: files.to_vec(), last: lists.peek().is_none() })?;
    }
    if wants.is_empty() {
        intake.line.send(FromTarget::Wanted { files: Vec::new(), last: true })?;
    }
    for want in &wants {
        let Some(entry) = wanted.get(want.file as usize) else { continue };
        take(root, want, entry, &mut intake, &mut report)?;
    }
    match intake.next()? {
        FromController::Done => {}
        _ => return Err(ShippingError::unexpected("more than was asked for")),
    }
    intake.line.send(FromTarget::Report(report))?;
    Ok(report)
}

fn entries(intake: &mut Intake<'_, '_>, ignored: &Ignored) -> Result<Vec<Entry>, ShippingError> {
    let (mut all, mut ways): (Vec<Entry>, _) = (Vec::new(), Vec::new());
    loop {
        let FromController::Entries { entries, last } = intake.next()? else {
            return Err(ShippingError::unexpected("something else than the list of files"));
        };
        for entry in entries {
            if all.len() == MOST_ENTRIES {
                return Err(ShippingError::unexpected("more files than can be told apart"));
            }
            check(&entry, all.last(), ignored, &mut ways)?;
            all.push(entry);
        }
        if last {
            return Ok(all);
        }
    }
}

/// A content that cannot be read is simply not known.
fn want(root: &Path, wanted: &[Entry], file: u32, has_length: bool) -> Want {
    let entry = wanted.get(file as usize).filter(|_| has_length);
    let known = entry.and_then(|entry| {
        let mut content = File::open(below(root, &entry.path)).ok()?;
        of_reader::<Checksum>(&mut content).ok()
    });
    Want { file, known: known.map(Into::into) }
}

fn take(
    root: &Path,
    want: &Want,
    entry: &Entry,
    intake: &mut Intake<'_, '_>,
    report: &mut TreeReport,
) -> Result<(), ShippingError> {
    let path = below(root, &entry.path);
    loop {
        let facts = match intake.next()? {
            FromController::Same { file } if file == want.file && want.known.is_some() => {
                if let Kind::File { mode, modified, .. } = entry.kind {
                    set_mode(&path, mode)?;
                    set_modified(&path, system_time(modified))?;
                }
                report.adjusted += 1;
                return Ok(());
            }
            FromController::Whole { file, content } if file.file == want.file && file.size == content.len() as u64 => {
                put_file(&path, &mut &content[..], attributes(&file))?;
                file
            }
            FromController::Begin(file) if file.file == want.file => {
                let mut content = Content::new(intake, Some(file.size));
                let put = put_file(&path, &mut content, attributes(&file));
                match content.stop {
                    Some(Stop::Again) => continue,
                    Some(Stop::Error(error)) => return Err(error),
                    None => put?,
                }
                file
            }
            _ => return Err(ShippingError::unexpected("another file than the one whose turn it is")),
        };
        report.written += 1;
        report.bytes += facts.size;
        return Ok(());
    }
}

fn attributes(file: &FileFacts) -> FileAttributes {
    FileAttributes { mode: Some(file.mode), owner: None, modified: Some(system_time(file.modified)) }
}
