use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::digest::{Function, digest_of};
use super::error::DownloadError;
use super::http::{Failure, ask};
use super::mask::masked;
use super::options::HttpOptions;
use super::partial::Partial;
use crate::fs::FsError;
use crate::progress::{Progress, Unit};

const CHUNK: usize = 1 << 17;
/// How long to wait before each further attempt.
const PAUSES: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];
/// How often the caller is asked whether to go on.
const TICK: Duration = Duration::from_millis(50);

/// What is fetched, where to, and what it must be.
#[derive(Clone)]
pub struct Download {
    /// The URL, of HTTP or HTTPS.
    pub url: String,
    /// The file that gets the content.
    pub target: PathBuf,
    /// The function of the digest.
    pub function: Function,
    /// The digest in hexadecimal digits of any case.
    pub expected: String,
    /// How requests are made.
    pub options: HttpOptions,
}

/// Fetches a file by HTTP or HTTPS. `interrupted` is asked again and again whether to give up.
///
/// # Errors
/// Whatever keeps the right content from being fetched; then the target is as it was.
pub fn fetch(download: &Download, interrupted: &dyn Fn() -> bool) -> Result<(), DownloadError> {
    let stop = Arc::new(AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    let (work, asked) = (download.clone(), stop.clone());
    // A thread, as reading from a silent server cannot be interrupted. One that is left behind changes nothing more.
    std::thread::spawn(move || {
        let _ = sender.send(run(&work, &asked));
    });
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(ended) => return ended,
            Err(RecvTimeoutError::Timeout) if interrupted() => {
                stop.store(true, Ordering::SeqCst);
                return Err(DownloadError::Interrupted);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let reason = "the download ended without a result".to_owned();
                return Err(DownloadError::Connection { url: masked(&download.url).into_owned(), reason, attempts: 1 });
            }
        }
    }
}

fn run(download: &Download, stop: &AtomicBool) -> Result<(), DownloadError> {
    let partial = Partial::open(&download.target, &download.url, &download.expected)?;
    let continued = partial.length()? > 0;
    let loaded = load(&partial, download, stop);
    if let Err(error) = loaded {
        // Nothing is kept of nothing.
        if partial.length()? == 0 {
            partial.discard()?;
        }
        return Err(error);
    }
    let mut actual = digest_of(&partial.path, download.function)?;
    if continued && !actual.eq_ignore_ascii_case(&download.expected) {
        // What was there before may have been the beginning of another file.
        partial.clear()?;
        load(&partial, download, stop)?;
        actual = digest_of(&partial.path, download.function)?;
    }
    finish(partial, &download.target, &download.expected, actual, stop)
}

/// The target is replaced only by the right content, and not behind the back of a caller who gave up.
fn finish(
    partial: Partial,
    target: &Path,
    expected: &str,
    actual: String,
    stop: &AtomicBool,
) -> Result<(), DownloadError> {
    if !actual.eq_ignore_ascii_case(expected) {
        partial.discard()?;
        return Err(DownloadError::Digest { expected: expected.to_owned(), actual });
    }
    if stop.load(Ordering::SeqCst) {
        return Err(DownloadError::Interrupted);
    }
    Ok(partial.install(target)?)
}

/// Fills the partial file, in several attempts if connections fail.
fn load(partial: &Partial, download: &Download, stop: &AtomicBool) -> Result<(), DownloadError> {
    let mut failures = 0;
    let mut validator = None;
    // The name of the target is shown, as the URL may hold secrets.
    let name = download.target.file_name().unwrap_or_default().to_string_lossy();
    let mut progress = Progress::new("downloading", name, Unit::Bytes);
    loop {
        let reason = match load_once(partial, download, &mut validator, &mut progress, stop) {
            Ok(()) => return Ok(()),
            Err(Failure::Final(error)) => return Err(error),
            Err(Failure::Again(reason)) => reason,
        };
        let Some(pause) = PAUSES.get(failures as usize) else {
            let url = masked(&download.url).into_owned();
            return Err(DownloadError::Connection { url, reason, attempts: failures + 1 });
        };
        failures += 1;
        std::thread::sleep(*pause);
        if stop.load(Ordering::SeqCst) {
            return Err(DownloadError::Interrupted);
        }
    }
}

/// One attempt. A file that changed at the server since the last one is fetched from its beginning.
fn load_once(
    partial: &Partial,
    download: &Download,
    validator: &mut Option<String>,
    progress: &mut Progress,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let disk = |error: FsError| Failure::Final(error.into());
    let from = partial.length().map_err(disk)?;
    let answer = match ask(&download.url, from, validator.as_deref(), &download.options)? {
        Some(answer) => answer,
        None => {
            partial.clear().map_err(disk)?;
            ask(&download.url, 0, None, &download.options)?
                .ok_or_else(|| Failure::Again("the server sent a part that was not asked for".to_owned()))?
        }
    };
    if answer.begin == 0 {
        partial.clear().map_err(disk)?;
    }
    validator.clone_from(&answer.validator);
    let mut body = answer.body;
    let mut buffer = vec![0; CHUNK];
    let mut loaded = 0u64;
    loop {
        if stop.load(Ordering::SeqCst) {
            return Err(Failure::Final(DownloadError::Interrupted));
        }
        let read = body.read(&mut buffer).map_err(|error| Failure::Again(error.to_string()))?;
        if read == 0 {
            break;
        }
        (&partial.file)
            .write_all(&buffer[..read])
            .map_err(|source| disk(FsError::new("write", &partial.path, source)))?;
        loaded += read as u64;
        progress.at(answer.begin + loaded, answer.length.map(|length| answer.begin + length));
    }
    match answer.length {
        Some(length) if loaded < length => {
            Err(Failure::Again(format!("the connection ended after {loaded} of {length} bytes")))
        }
        _ => Ok(()),
    }
}

/// Takes a file of this machine, as [`fetch`] takes one of a server.
///
/// # Errors
/// A source that cannot be read, another digest than expected; then the target is as it was.
pub fn fetch_file(source: &Path, target: &Path, function: Function, expected: &str) -> Result<(), DownloadError> {
    let mut content = File::open(source).map_err(|error| FsError::new("read", source, error))?;
    let partial = Partial::open(target, &source.to_string_lossy(), expected)?;
    partial.clear()?;
    let copied = io::copy(&mut content, &mut &partial.file);
    if let Err(error) = copied {
        let failed = FsError::new("copy", source, error);
        partial.discard()?;
        return Err(failed.into());
    }
    let actual = digest_of(&partial.path, function)?;
    finish(partial, target, expected, actual, &AtomicBool::new(false))
}

/// Takes a file that somebody else fetched to a place beside the target; it is gone afterwards.
///
/// # Errors
/// Those of [`fetch_file`].
pub fn install(fetched: &Path, target: &Path, function: Function, expected: &str) -> Result<(), DownloadError> {
    let taken = fetch_file(fetched, target, function, expected);
    crate::fs::remove(fetched)?;
    taken
}
