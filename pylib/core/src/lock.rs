//! One run at a time: the lock file of a project.
//!
//! The lock is a POSIX record lock on the whole file, which is what batou 2.x takes, so both programs keep each other out. The
//! system frees it when its process ends, however it ends; what the file says is only for people.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{FlockOperation, OFlags, fcntl_lock};
use rustix::process::{Flock, FlockOffsetType, FlockType, fcntl_getlk};

/// The locks of this very process. Record locks do not keep a process out of its own files; worse, closing any descriptor of
/// the file frees them. So a second lock must be refused before the file is opened.
static OWN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// How much of a lock file is read.
const CONTENT_LIMIT: u64 = 4096;

/// A held lock; freed on drop.
#[derive(Debug)]
pub struct RunLock {
    file: File,
    path: PathBuf,
    key: PathBuf,
    is_exclusive: bool,
}

/// A lock could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run is active.
    #[error("another run is active{}", holder_text(holder.as_deref(), *pid))]
    Held {
        /// The lock file.
        path: PathBuf,
        /// What the holder says about itself: `USER@HOST since DATE TIME: COMMAND`. The original program says nothing.
        holder: Option<String>,
        /// The process that holds it, if it is known.
        pid: Option<i32>,
    },
    /// The lock file is a link, a directory or something else that is no file.
    #[error("cannot lock {path}: it is {kind} where a regular file belongs", path = path.display())]
    NotAFile {
        /// The lock file.
        path: PathBuf,
        /// `a symbolic link`, `a directory` or `a special file`.
        kind: &'static str,
    },
    /// The lock file cannot be opened, locked or written.
    #[error("cannot {action} the lock file {path}", path = path.display())]
    Unusable {
        /// The lock file.
        path: PathBuf,
        /// `open`, `lock` or `write`.
        action: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl LockError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> &'static str {
        match self {
            LockError::Held { .. } => "wait until it has ended; the lock is freed with its process",
            LockError::NotAFile { .. } => "remove it; the file is made anew by the next run",
            LockError::Unusable { .. } => {
                "check that you may write to this file and its directory, and that the disk is not full"
            }
        }
    }
}

fn holder_text(holder: Option<&str>, pid: Option<i32>) -> String {
    match (holder, pid) {
        (Some(holder), Some(pid)) => format!(": {holder} (process {pid})"),
        (Some(holder), None) => format!(": {holder}"),
        (None, Some(pid)) => format!(": process {pid}"),
        (None, None) => String::new(),
    }
}

impl RunLock {
    /// Takes the lock for a run that changes things, without waiting. The file is made if it is missing, and then says who holds
    /// it: the process id, and in a second line `USER@HOST since DATE TIME: DESCRIPTION`. On drop it is emptied and kept.
    ///
    /// # Errors
    /// [`LockError::Held`] if another run holds it, observers included; [`LockError::NotAFile`], [`LockError::Unusable`].
    pub fn acquire(path: &Path, description: &str) -> Result<RunLock, LockError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut lock = RunLock::take(path, &options, true)?;
        let text = format!("{}\n{}\n", std::process::id(), introduction(description));
        lock.write(text.as_bytes()).map_err(|source| LockError::Unusable {
            path: path.to_path_buf(),
            action: "write",
            source,
        })?;
        Ok(lock)
    }

    /// Takes a share of the lock for a run that only looks: many may hold one, but no run that changes things at the same time.
    /// Nothing is written; without a lock file, none is made and there is nothing to hold.
    ///
    /// # Errors
    /// Those of [`RunLock::acquire`].
    pub fn observe(path: &Path) -> Result<Option<RunLock>, LockError> {
        match RunLock::take(path, OpenOptions::new().read(true), false) {
            Ok(lock) => Ok(Some(lock)),
            Err(LockError::Unusable { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The lock file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn take(path: &Path, options: &OpenOptions, is_exclusive: bool) -> Result<RunLock, LockError> {
        let unusable = |action, source| LockError::Unusable { path: path.to_path_buf(), action, source };
        let key = key(path).map_err(|source| unusable("open", source))?;
        let mut own = own_locks();
        if own.contains(&key) {
            return Err(LockError::Held {
                path: path.to_path_buf(),
                holder: None,
                pid: Some(std::process::id().cast_signed()),
            });
        }
        check_kind(path)?;
        // Should the file have been replaced since the check: not through a link, and not waiting at a pipe.
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let mut file = options.clone().custom_flags(flags).open(path).map_err(|source| unusable("open", source))?;
        let operation =
            if is_exclusive { FlockOperation::NonBlockingLockExclusive } else { FlockOperation::NonBlockingLockShared };
        match fcntl_lock(&file, operation) {
            Ok(()) => {}
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::ACCESS) => {
                return Err(held(path, &mut file));
            }
            Err(error) => return Err(unusable("lock", error.into())),
        }
        own.push(key.clone());
        Ok(RunLock { file, path: path.to_path_buf(), key, is_exclusive })
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text)
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        let mut own = own_locks();
        if self.is_exclusive {
            // A leftover text has no meaning without the lock, so a failure here is none.
            let _ = self.file.set_len(0);
        }
        let _ = fcntl_lock(&self.file, FlockOperation::Unlock);
        own.retain(|key| *key != self.key);
    }
}

fn own_locks() -> MutexGuard<'static, Vec<PathBuf>> {
    OWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One name for all spellings of a path.
fn key(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => Ok(parent.canonicalize()?.join(name)),
        _ => Ok(path),
    }
}

fn check_kind(path: &Path) -> Result<(), LockError> {
    // A missing file is made; other troubles show when it is opened.
    let Ok(data) = path.symlink_metadata() else {
        return Ok(());
    };
    let kind = if data.is_file() {
        return Ok(());
    } else if data.is_symlink() {
        "a symbolic link"
    } else if data.is_dir() {
        "a directory"
    } else {
        "a special file"
    };
    Err(LockError::NotAFile { path: path.to_path_buf(), kind })
}

/// The error about a lock that somebody else holds: the process as the system knows it, the rest as the file says it.
fn held(path: &Path, file: &mut File) -> LockError {
    let mut text = Vec::new();
    // An unreadable text only makes the message poorer.
    let _ = (&*file).take(CONTENT_LIMIT).read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text);
    let mut lines = text.lines();
    let written: Option<i32> = lines.next().and_then(|line| line.trim().parse().ok());
    let holder = lines.next().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    let whole = Flock { start: 0, length: 0, pid: None, typ: FlockType::WriteLock, offset_type: FlockOffsetType::Set };
    let blocking = fcntl_getlk(&*file, &whole).ok().flatten().and_then(|lock| lock.pid);
    let blocking = blocking.map(|pid| pid.as_raw_nonzero().get());
    // A text of somebody else is a leftover: the holder observes, or has not written yet.
    let holder = holder.filter(|_| blocking.is_none() || blocking == written);
    LockError::Held { path: path.to_path_buf(), holder, pid: blocking.or(written) }
}

/// Who runs what since when, in one line.
fn introduction(description: &str) -> String {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    // Not from the system's user lookup, which may reach a directory service that is slow or away.
    let user = variable("LOGNAME").or_else(|| variable("USER")).unwrap_or_else(user_name);
    let uname = rustix::system::uname();
    let host = uname.nodename().to_string_lossy();
    let now = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S");
    format!("{user}@{host} since {now}: {description}").replace(['\n', '\r'], " ")
}

/// The name of the effective user in the password file, or its number.
pub fn user_name() -> String {
    let number = rustix::process::geteuid().as_raw().to_string();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then(|| name.to_owned())
    });
    name.unwrap_or_else(|| format!("uid {number}"))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// What batou 2.x does, in another process.
    const HOLDER: &str = "
import fcntl, os, sys
lock = open(sys.argv[1], 'a+')
fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
lock.seek(0)
lock.truncate()
lock.write(str(os.getpid()) + '\\n' + sys.argv[2])
lock.flush()
print('held', flush=True)
sys.stdin.read()
";

    /// Tries the lock in another process; prints how that went.
    const CONTENDER: &str = "
import fcntl, sys
lock = open(sys.argv[1], 'a+')
try:
    fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print('free')
except OSError:
    print('busy')
";

    fn lock_path() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join(".batou-lock");
        (directory, path)
    }

    fn hold(path: &Path, second_line: &str) -> Child {
        let mut child = Command::new("python3")
            .args(["-c", HOLDER])
            .arg(path)
            .arg(second_line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let mut line = String::new();
        let output = child.stdout.as_mut().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it is readable");
        assert_eq!(line, "held\n");
        child
    }

    fn contend(path: &Path) -> String {
        let output = Command::new("python3").args(["-c", CONTENDER]).arg(path).output().expect("python3 starts");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    #[test]
    fn a_lock_keeps_other_processes_out_until_it_is_dropped() {
        let (_directory, path) = lock_path();
        let lock = RunLock::acquire(&path, "batou-local dev").expect("it is free");
        assert_eq!(contend(&path), "busy");
        let text = std::fs::read_to_string(&path).expect("it was written");
        drop(lock);
        let (pid, rest) = text.split_once('\n').expect("two lines");
        assert_eq!(pid, std::process::id().to_string());
        assert!(rest.contains("@") && rest.contains(" since 20") && rest.ends_with(": batou-local dev\n"), "{rest}");
        assert_eq!(contend(&path), "free");
        assert_eq!(std::fs::read(&path).expect("it is kept"), b"");
    }

    #[test]
    fn the_holder_is_named_and_its_death_frees_the_lock() {
        let (_directory, path) = lock_path();
        let mut holder = hold(&path, "anna@box since 2026-01-31 12:00:00: batou-local dev\n");
        let error = RunLock::acquire(&path, "x").expect_err("it is held");
        let expected = format!(
            "another run is active: anna@box since 2026-01-31 12:00:00: batou-local dev (process {})",
            holder.id()
        );
        assert_eq!(error.to_string(), expected);
        assert!(matches!(RunLock::observe(&path), Err(LockError::Held { .. })));
        holder.kill().and_then(|()| holder.wait()).expect("it is our child");
        RunLock::acquire(&path, "x").expect("the lock went with its process");
    }

    #[test]
    fn the_original_program_is_a_holder_without_words() {
        let (_directory, path) = lock_path();
        let mut holder = hold(&path, "");
        let error = RunLock::acquire(&path, "x").expect_err("it is held");
        assert_eq!(error.to_string(), format!("another run is active: process {}", holder.id()));
        holder.kill().and_then(|()| holder.wait()).expect("it is our child");
    }

    #[test]
    fn a_process_keeps_itself_out_and_does_not_lose_its_lock() {
        let (directory, path) = lock_path();
        let lock = RunLock::acquire(&path, "x").expect("it is free");
        let other_spelling = directory.path().join("./.batou-lock");
        assert!(matches!(RunLock::acquire(&other_spelling, "y"), Err(LockError::Held { .. })));
        assert!(matches!(RunLock::observe(&path), Err(LockError::Held { .. })));
        assert_eq!(contend(&path), "busy");
        drop(lock);
        RunLock::acquire(&path, "x").expect("it is free again");
    }

    #[test]
    fn observers_write_nothing_and_keep_changes_out() {
        let (directory, path) = lock_path();
        assert!(RunLock::observe(&path).expect("nothing is in the way").is_none());
        assert_eq!(std::fs::read_dir(directory.path()).expect("it is readable").count(), 0);
        std::fs::write(&path, "17\n").expect("it is writable");
        let share = RunLock::observe(&path).expect("it is free").expect("there is a file");
        assert_eq!(contend(&path), "busy");
        drop(share);
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "17\n");
        assert_eq!(contend(&path), "free");
    }

    #[test]
    fn what_is_no_usable_file_is_refused_with_its_kind() {
        let (directory, path) = lock_path();
        std::fs::create_dir(&path).expect("it is free");
        let error = RunLock::acquire(&path, "x").expect_err("it is a directory");
        assert!(error.to_string().contains("a directory"), "{error}");
        std::fs::remove_dir(&path).expect("it is empty");
        let target = directory.path().join("target");
        std::os::unix::fs::symlink(&target, &path).expect("it is free");
        for outcome in [RunLock::acquire(&path, "x").map(Some), RunLock::observe(&path)] {
            let error = outcome.expect_err("it is a link");
            assert!(error.to_string().contains("a symbolic link"), "{error}");
        }
        assert!(!target.exists());
        let missing = RunLock::acquire(&directory.path().join("no/lock"), "x").expect_err("there is no directory");
        assert!(matches!(missing, LockError::Unusable { action: "open", .. }), "{missing}");
        assert!(RunLock::observe(&directory.path().join("no/lock")).expect("there is nothing").is_none());
    }
}
