//! The side of the controller.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::fs::OFlags;

use super::super::error::{ShippingError, disk};
use super::super::line::Sending;
use super::super::message::{
    CHUNK, Digest, Entry, FileFacts, FromController, FromTarget, Kind, LIST, Offer, TreeReport, Want,
};
use super::ignored::Ignored;
use super::path::below;
use super::scan::{Checksum, Listing, modified};
use super::{AHEAD, WINDOW};
use crate::checksum::of_reader;

/// How often a file that is changed while it is read is tried.
const TRIES: usize = 3;

/// How long a file that is changed gets to be finished.
const PAUSE: Duration = Duration::from_millis(100);

/// What an entry takes in a message besides its path.
const ENTRY_SIZE: usize = 32;

/// A tree to be sent, listed once for any number of targets. All of them may be sent to at the same time.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    ignored: Ignored,
    listing: Listing,
    digest: Digest,
    /// Checksums of contents that targets asked about.
    contents: Mutex<HashMap<u32, Digest>>,
}

impl Tree {
    /// Lists the tree at a root. `base` is where the project is below it (empty: it is the root), `ignored` are further names that
    /// neither travel nor are removed on the target, wherever they are.
    ///
    /// # Errors
    /// A directory that cannot be listed, a root that is none, a base or name that leads elsewhere.
    pub fn list(root: &Path, base: &Path, ignored: &[OsString]) -> Result<Self, ShippingError> {
        let further = ignored.iter().map(|name| name.as_bytes().to_vec()).collect();
        let base = base.components().map(|part| part.as_os_str().as_bytes()).filter(|part| *part != b".");
        let base = base.collect::<Vec<_>>().join(&b'/');
        let unusable = |what: &'static str| std::io::Error::new(std::io::ErrorKind::InvalidInput, what);
        let refused = || disk("send", root, unusable("the project is not below it, or a name to ignore is no name"));
        let ignored = Ignored::new(&base, further).ok_or_else(refused)?;
        if crate::fs::follow(root)?.is_none() {
            return Err(disk("list", root, std::io::ErrorKind::NotFound.into()));
        }
        let listing = Listing::of(root, &ignored)?;
        let digest = listing.digest();
        Ok(Self { root: root.to_owned(), ignored, listing, digest, contents: Mutex::default() })
    }

    /// Pipes, sockets and devices in the tree, relative to its root. They do not travel.
    pub fn skipped(&self) -> impl Iterator<Item = &Path> {
        self.listing.special.iter().map(|path| Path::new(OsStr::from_bytes(path)))
    }

    /// How many files, directories and links there are.
    pub fn count(&self) -> usize {
        self.listing.entries.len()
    }

    /// Makes the tree of a target this one.
    ///
    /// # Errors
    /// A lost line, a file that cannot be read here, a target that cannot go on. What was written until then is whole, and the next
    /// time goes on from there.
    pub fn send(&self, line: &mut Sending<'_>) -> Result<TreeReport, ShippingError> {
        ended(line, |line| self.offer(line))
    }

    fn offer(&self, line: &mut Sending<'_>) -> Result<TreeReport, ShippingError> {
        line.send(FromController::Offer(Offer::Tree {
            digest: self.digest,
            base: self.ignored.base().to_vec(),
            ignored: self.ignored.further().iter().map(|name| name.clone().into()).collect(),
        }))?;
        match answer(line)? {
            FromTarget::Report(report) => return Ok(report),
            FromTarget::Different => {}
            _ => return Err(ShippingError::unexpected("something else than what it thinks of the tree")),
        }
        self.send_entries(line)?;
        let wants = self.wants(line)?;
        let mut outlet = Outlet::new(line);
        for want in wants {
            self.send_wanted(want, &mut outlet)?;
        }
        outlet.line.send(FromController::Done)?;
        loop {
            match answer(outlet.line)? {
                FromTarget::Taken => {}
                FromTarget::Report(report) => return Ok(report),
                _ => return Err(ShippingError::unexpected("something else than its report")),
            }
        }
    }

    fn send_entries(&self, line: &mut Sending<'_>) -> Result<(), ShippingError> {
        let mut part = Vec::new();
        let mut size = 0;
        for entry in &self.listing.entries {
            let text = if let Kind::Link { text } = &entry.kind { text.len() } else { 0 };
            size += ENTRY_SIZE + entry.path.len() + text;
            part.push(entry.clone());
            if size >= LIST {
                line.send(FromController::Entries { entries: std::mem::take(&mut part), last: false })?;
                size = 0;
            }
        }
        Ok(line.send(FromController::Entries { entries: part, last: true })?)
    }

    /// What the target asks for: files of the list only, each once.
    fn wants(&self, line: &mut Sending<'_>) -> Result<Vec<Want>, ShippingError> {
        let mut all: Vec<Want> = Vec::new();
        loop {
            let FromTarget::Wanted { files, last } = answer(line)? else {
                return Err(ShippingError::unexpected("something else than what it needs"));
            };
            for want in files {
                let is_file = matches!(self.entry(want.file), Some(Entry { kind: Kind::File { .. }, .. }));
                if !is_file || all.last().is_some_and(|before| before.file >= want.file) {
                    return Err(ShippingError::unexpected("a need for something that is not in the list"));
                }
                all.push(want);
            }
            if last {
                return Ok(all);
            }
        }
    }

    fn entry(&self, number: u32) -> Option<&Entry> {
        self.listing.entries.get(number as usize)
    }

    fn send_wanted(&self, want: Want, outlet: &mut Outlet<'_, '_>) -> Result<(), ShippingError> {
        let Some(entry) = self.entry(want.file) else { return Ok(()) };
        let path = below(&self.root, &entry.path);
        if let Some(known) = want.known
            && self.content_digest(want.file, &path)? == known
        {
            return Ok(outlet.line.send(FromController::Same { file: want.file })?);
        }
        for attempt in 0..TRIES {
            if attempt > 0 {
                std::thread::sleep(PAUSE);
            }
            if send_file(want.file, &path, outlet)? {
                return Ok(());
            }
        }
        Err(ShippingError::Unsteady(path))
    }

    fn content_digest(&self, number: u32, path: &Path) -> Result<Digest, ShippingError> {
        let cache = || self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache().get(&number) {
            return Ok(*known);
        }
        let (mut file, _) = open(path)?;
        let digest = of_reader::<Checksum>(&mut file).map_err(|error| disk("read", path, error))?.into();
        cache().insert(number, digest);
        Ok(digest)
    }
}

/// Sends a file; `false` if it was changed while it was read.
fn send_file(number: u32, path: &Path, outlet: &mut Outlet<'_, '_>) -> Result<bool, ShippingError> {
    let (mut file, before) = open(path)?;
    let is_steady = |file: &File| -> Result<bool, ShippingError> {
        let after = file.metadata().map_err(|error| disk("look at", path, error))?;
        Ok((after.size(), modified(&after)) == (before.size(), modified(&before)))
    };
    let facts =
        FileFacts { file: number, mode: before.mode() & 0o7777, size: before.size(), modified: modified(&before) };
    let mut read = |buffer: &mut Vec<u8>| {
        buffer.clear();
        (&mut file).take(CHUNK as u64).read_to_end(buffer).map_err(|error| disk("read", path, error))
    };
    let mut content = Vec::new();
    if facts.size <= CHUNK as u64 {
        let length = read(&mut content)?;
        if length as u64 != facts.size || !is_steady(&file)? {
            return Ok(false);
        }
        outlet.send(length, FromController::Whole { file: facts, content })?;
        return Ok(true);
    }
    outlet.line.send(FromController::Begin(facts))?;
    let mut left = facts.size;
    loop {
        let length = read(&mut content)? as u64;
        if length == 0 || length > left {
            break;
        }
        left -= length;
        outlet.send(content.len(), FromController::Chunk(std::mem::take(&mut content)))?;
    }
    let is_whole = left == 0 && content.is_empty() && is_steady(&file)?;
    outlet.line.send(if is_whole { FromController::End } else { FromController::Again })?;
    Ok(is_whole)
}

/// Opens a file that was listed as a regular one, and only if it still is.
fn open(path: &Path) -> Result<(File, Metadata), ShippingError> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let opened = File::options().read(true).custom_flags(flags).open(path);
    let vanished = || ShippingError::Vanished(path.to_owned());
    let file = match opened {
        Ok(file) => file,
        Err(error)
            if error.kind() == std::io::ErrorKind::NotFound
                || error.raw_os_error() == Some(nix::errno::Errno::ELOOP as i32) =>
        {
            return Err(vanished());
        }
        Err(error) => return Err(disk("read", path, error)),
    };
    let found = file.metadata().map_err(|error| disk("look at", path, error))?;
    if found.is_file() { Ok((file, found)) } else { Err(vanished()) }
}

/// Sends content, and never more than the target can be expected to take.
pub(in crate::shipping) struct Outlet<'a, 'b> {
    pub(in crate::shipping) line: &'a mut Sending<'b>,
    ahead: u64,
}

impl<'a, 'b> Outlet<'a, 'b> {
    pub(in crate::shipping) fn new(line: &'a mut Sending<'b>) -> Self {
        Self { line, ahead: 0 }
    }

    /// Sends a message with content of this length.
    pub(in crate::shipping) fn send(&mut self, length: usize, message: FromController) -> Result<(), ShippingError> {
        while self.ahead >= AHEAD {
            match answer(self.line)? {
                FromTarget::Taken => self.ahead -= WINDOW,
                _ => return Err(ShippingError::unexpected("something else than how far it is")),
            }
        }
        self.ahead += length as u64;
        Ok(self.line.send(message)?)
    }
}

/// The next message of the target.
///
/// # Errors
/// A lost line, a target that gave up.
pub(in crate::shipping) fn answer(line: &mut Sending<'_>) -> Result<FromTarget, ShippingError> {
    match line.receive()? {
        FromTarget::Failed(failure) => Err(ShippingError::Target(failure.shortened())),
        message => Ok(message),
    }
}

/// Sends something, and tells the target when that ends early, so that it does not wait for the rest.
pub(in crate::shipping) fn ended<'b, T>(
    line: &mut Sending<'b>,
    work: impl FnOnce(&mut Sending<'b>) -> Result<T, ShippingError>,
) -> Result<T, ShippingError> {
    let outcome = work(line);
    match &outcome {
        Ok(_) | Err(ShippingError::Line(_)) => {}
        // It knows, and only waits for the end of what is on its way.
        Err(ShippingError::Target(_)) => line.send(FromController::Noticed)?,
        Err(error) => line.send(FromController::Failed(error.to_failure()))?,
    }
    outcome
}
