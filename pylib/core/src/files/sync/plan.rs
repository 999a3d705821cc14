//! What has to be done so that a target is like its source. Nothing is changed here.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::SyncError;
use super::filter::Filter;
use super::options::SyncOptions;
use super::source::{Entry, Tree, scan};
use crate::fs;

/// One change.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Something is removed, with all below it.
    Remove(PathBuf),
    /// A directory is made, with the permissions that it gets in the end.
    MakeDirectory(PathBuf, u32),
    /// A file gets the content of another one; a new file gets these permissions.
    Write {
        /// The file.
        path: PathBuf,
        /// Whose content it gets.
        source: PathBuf,
        /// The permissions if it is new.
        mode: u32,
    },
    /// A link with a text takes the place of what is there.
    MakeLink(PathBuf, PathBuf),
    /// A pipe, socket or device is made: its mode with its kind, and its device number.
    MakeSpecial(PathBuf, u32, u64),
    /// A new directory gets its permissions after it was filled. It keeps what it inherited from the one above.
    FinishDirectory(PathBuf, u32),
    /// Owner, group and time of a link itself are set.
    SetLinkAttributes(PathBuf, Option<u32>, Option<u32>, Option<SystemTime>),
    /// The owner or the group is set.
    SetOwner(PathBuf, Option<u32>, Option<u32>),
    /// The permissions are set.
    SetMode(PathBuf, u32),
    /// The time of last change is set.
    SetTime(PathBuf, SystemTime),
}

impl Step {
    /// What is made, replaced or removed in its directory, which changes the time of that.
    fn entry(&self) -> Option<&Path> {
        match self {
            Self::Remove(path)
            | Self::MakeDirectory(path, _)
            | Self::Write { path, .. }
            | Self::MakeLink(path, _)
            | Self::MakeSpecial(path, ..) => Some(path),
            _ => None,
        }
    }
}

const PERMISSIONS: u32 = 0o777;
const MODE_BITS: u32 = 0o7777;
const EXECUTABLE: u32 = 0o111;

/// Compares a target directory with its source and says what has to be done, in this order.
///
/// # Errors
/// Whatever keeps either side from being known, and what must not make way.
pub fn plan(source: &Path, target: &Path, options: &SyncOptions) -> Result<Vec<Step>, SyncError> {
    let filter = options.complete_filter()?;
    let tree = scan(source, options, &filter)?;
    let mut plan = Plan {
        options,
        filter,
        target,
        umask: fs::umask(),
        is_root: nix::unistd::geteuid().is_root(),
        steps: Vec::new(),
        last: Vec::new(),
        directory_times: Vec::new(),
        gone: BTreeSet::new(),
    };
    if let Some(found) = fs::follow(target)?
        && !found.is_dir()
    {
        return Err(SyncError::TargetIsNoDirectory { path: target.to_owned() });
    }
    for (place, entry) in &tree {
        if entry.is_copied {
            plan.entry(place, entry, &tree)?;
        }
    }
    // What is set on directories comes last, from the bottom up: putting something into one changes its time, and one
    // without permission to write could not be filled.
    let Plan { mut steps, last, directory_times, .. } = plan;
    let touched: BTreeSet<PathBuf> =
        steps.iter().filter_map(|step| step.entry()).filter_map(Path::parent).map(Path::to_owned).collect();
    for ((path, time), last) in directory_times.into_iter().zip(last).rev() {
        let is_set = last.iter().any(|step| matches!(step, Step::SetTime(..)));
        steps.extend(last);
        if let Some(time) = time.filter(|_| !is_set && touched.contains(&path)) {
            steps.push(Step::SetTime(path, time));
        }
    }
    Ok(steps)
}

struct Plan<'a> {
    options: &'a SyncOptions,
    filter: Filter,
    target: &'a Path,
    umask: u32,
    is_root: bool,
    steps: Vec<Step>,
    last: Vec<Vec<Step>>,
    /// For each of `last`: the directory, and its time if that is kept.
    directory_times: Vec<(PathBuf, Option<SystemTime>)>,
    /// Places where nothing is, or will be when their turn comes; what is below them need not be looked at.
    gone: BTreeSet<PathBuf>,
}

impl Plan<'_> {
    fn entry(&mut self, place: &Path, entry: &Entry, tree: &Tree) -> Result<(), SyncError> {
        let path = if place.as_os_str().is_empty() { self.target.to_owned() } else { self.target.join(place) };
        let parent_is_gone = place.parent().is_some_and(|parent| self.gone.contains(parent));
        let found = if parent_is_gone {
            None
        } else if place.as_os_str().is_empty()
            || self.options.keep_directory_links && entry.metadata.is_dir() && is_directory(&path)?
        {
            fs::follow(&path)?
        } else {
            fs::look(&path)?
        };
        // The target itself is made in any case; another directory that is not keeps everything below it from being made.
        let stays_away = self.options.existing && !place.as_os_str().is_empty();
        if found.is_none() && stays_away || found.is_some() && self.stays(entry, found.as_ref()) {
            if found.is_none() {
                self.gone.insert(place.to_owned());
            }
            return Ok(());
        }
        if entry.metadata.is_dir() {
            self.directory(place, path, entry, found, tree)
        } else if entry.metadata.is_file() {
            self.file(path, entry, found)
        } else if entry.metadata.is_symlink() {
            self.link(path, entry, found)
        } else {
            self.special(path, entry, found)
        }
    }

    /// Whether what is there is to be kept whatever the source says.
    fn stays(&self, entry: &Entry, found: Option<&Metadata>) -> bool {
        let Some(found) = found else { return false };
        if entry.metadata.is_dir() {
            return false;
        }
        self.options.ignore_existing
            || self.options.update
                && !found.is_dir()
                && found.mtime() > entry.metadata.mtime()
                && kind(found) == kind(&entry.metadata)
    }

    fn directory(
        &mut self,
        place: &Path,
        path: PathBuf,
        entry: &Entry,
        found: Option<Metadata>,
        tree: &Tree,
    ) -> Result<(), SyncError> {
        let found = match found {
            Some(found) if found.is_dir() => Some(found),
            // It stays; only something to be put into the directory shows that it is in the way.
            Some(_) if self.options.ignore_existing && !tree.keys().any(|other| other.parent() == Some(place)) => {
                return Ok(());
            }
            Some(_) if self.options.ignore_existing => return Err(SyncError::FileInTheWay { path }),
            Some(_) => {
                self.steps.push(Step::Remove(path.clone()));
                None
            }
            None => None,
        };
        let mut last = Vec::new();
        if found.is_none() {
            self.gone.insert(place.to_owned());
            self.steps.push(Step::MakeDirectory(path.clone(), self.new_mode(entry)));
            if !self.options.permissions {
                last.push(Step::FinishDirectory(path.clone(), self.new_mode(entry)));
            }
        } else if self.options.delete {
            self.superfluous(place, &path, tree)?;
        }
        last.extend(self.attributes(&path, entry, found.as_ref(), self.options.directory_times));
        self.last.push(last);
        let keeps_time = self.options.times && self.options.directory_times;
        self.directory_times.push((path, if keeps_time { modified(entry) } else { None }));
        Ok(())
    }

    /// Removes what the source does not have, except for what the rules leave out.
    fn superfluous(&mut self, place: &Path, path: &Path, tree: &Tree) -> Result<(), SyncError> {
        let mut names = fs::list(path)?.unwrap_or_default();
        names.sort();
        for name in names {
            let place = place.join(&name);
            if !tree.contains_key(&place) {
                self.remove(&place, &path.join(&name))?;
            }
        }
        Ok(())
    }

    /// Whether all of it can be removed; what is below a directory that must stay is removed piece by piece.
    fn remove(&mut self, place: &Path, path: &Path) -> Result<bool, SyncError> {
        let Some(found) = fs::look(path)? else { return Ok(true) };
        if !self.options.delete_excluded && self.filter.leaves_out(place.as_os_str().as_bytes(), found.is_dir()) {
            return Ok(false);
        }
        let begin = self.steps.len();
        if found.is_dir() {
            let mut is_empty = true;
            for name in fs::list(path)?.unwrap_or_default() {
                is_empty &= self.remove(&place.join(&name), &path.join(&name))?;
            }
            if !is_empty {
                return Ok(false);
            }
        }
        self.steps.truncate(begin);
        self.steps.push(Step::Remove(path.to_owned()));
        Ok(true)
    }

    fn file(&mut self, path: PathBuf, entry: &Entry, found: Option<Metadata>) -> Result<(), SyncError> {
        let found = self.make_way(&path, found, "a file", Metadata::is_file)?;
        let same = match &found {
            Some(found) => self.same_content(&path, found, entry)?,
            None => false,
        };
        if !same {
            let mode = self.new_mode(entry);
            self.steps.push(Step::Write { path: path.clone(), source: entry.path.clone(), mode });
        }
        let mut attributes = self.attributes(&path, entry, found.as_ref(), true);
        if !same && self.options.times && !attributes.iter().any(|step| matches!(step, Step::SetTime(..))) {
            attributes.extend(modified(entry).map(|time| Step::SetTime(path.clone(), time)));
        }
        self.steps.extend(attributes);
        Ok(())
    }

    fn same_content(&self, path: &Path, found: &Metadata, entry: &Entry) -> Result<bool, SyncError> {
        if found.len() != entry.metadata.len() {
            return Ok(false);
        }
        let same_time = || same_time(found, &entry.metadata);
        if self.options.size_only || self.options.times && !self.options.checksum && same_time() {
            return Ok(true);
        }
        Ok(fs::same_content(&entry.path, path)?)
    }

    fn link(&mut self, path: PathBuf, entry: &Entry, found: Option<Metadata>) -> Result<(), SyncError> {
        let text = fs::link_text(&entry.path)?.unwrap_or_default();
        let same = found.as_ref().is_some_and(Metadata::is_symlink) && fs::link_text(&path)?.as_ref() == Some(&text);
        // A link of another text is replaced in one step, and its successor belongs to this process.
        let found = self.make_way(&path, found, "a link", Metadata::is_symlink)?.filter(|_| same);
        if !same {
            self.steps.push(Step::MakeLink(path.clone(), text));
        }
        let (user, group) = self.owner(entry, found.as_ref());
        let keeps_time = !self.options.times || found.is_some_and(|found| same_time(&found, &entry.metadata));
        let time = if keeps_time { None } else { modified(entry) };
        if user.is_some() || group.is_some() || time.is_some() {
            self.steps.push(Step::SetLinkAttributes(path, user, group, time));
        }
        Ok(())
    }

    fn special(&mut self, path: PathBuf, entry: &Entry, found: Option<Metadata>) -> Result<(), SyncError> {
        let wanted = &entry.metadata;
        let is_same = |found: &Metadata| {
            let is_device = |kind: std::fs::FileType| kind.is_char_device() || kind.is_block_device();
            kind(found) == kind(wanted) && (!is_device(found.file_type()) || found.rdev() == wanted.rdev())
        };
        let found = self.make_way(&path, found, "a pipe, socket or device", is_same)?;
        if found.is_none() {
            let mode = kind(wanted) | self.new_mode(entry);
            self.steps.push(Step::MakeSpecial(path.clone(), mode, wanted.rdev()));
        }
        let attributes = self.attributes(&path, entry, found.as_ref(), true);
        self.steps.extend(attributes);
        Ok(())
    }

    /// Removes what is of another kind than wanted. A directory with content goes only if that was asked for.
    fn make_way(
        &mut self,
        path: &Path,
        found: Option<Metadata>,
        wanted: &'static str,
        fits: impl Fn(&Metadata) -> bool,
    ) -> Result<Option<Metadata>, SyncError> {
        let Some(found) = found else { return Ok(None) };
        if fits(&found) {
            return Ok(Some(found));
        }
        if found.is_dir() && !self.may_go(path)? {
            return Err(SyncError::DirectoryInTheWay { path: path.to_owned(), wanted });
        }
        self.steps.push(Step::Remove(path.to_owned()));
        Ok(None)
    }

    /// Whether a directory is empty, or may be removed with all that is in it.
    fn may_go(&self, path: &Path) -> Result<bool, SyncError> {
        let recursive = self.options.force || self.options.delete;
        for name in fs::list(path)?.unwrap_or_default() {
            let below = path.join(name);
            let is_directory = fs::look(&below)?.is_some_and(|found| found.is_dir());
            let place = below.strip_prefix(self.target).unwrap_or(&below).as_os_str().as_bytes();
            let is_kept = !self.options.delete_excluded && self.filter.leaves_out(place, is_directory);
            if !recursive || is_kept || is_directory && !self.may_go(&below)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The permissions of something new.
    fn new_mode(&self, entry: &Entry) -> u32 {
        let mode = entry.metadata.mode();
        if self.options.permissions { mode & MODE_BITS } else { mode & PERMISSIONS & !self.umask }
    }

    /// What has to be set on something that is of the right kind already (`found`), or new.
    fn attributes(&self, path: &Path, entry: &Entry, found: Option<&Metadata>, times: bool) -> Vec<Step> {
        let wanted = &entry.metadata;
        let mut steps = Vec::new();
        let (user, group) = self.owner(entry, found);
        let owner_changes = user.is_some() || group.is_some();
        if owner_changes {
            steps.push(Step::SetOwner(path.to_owned(), user, group));
        }
        let mode = self.kept_mode(wanted, found);
        // A change of owner takes set-id bits away, and a new file gets no more than the system lets it have.
        let is_set = found.is_some_and(|found| found.mode() & MODE_BITS == mode) && !owner_changes;
        if self.options.permissions && !is_set || found.is_some_and(|found| found.mode() & MODE_BITS != mode) {
            steps.push(Step::SetMode(path.to_owned(), mode));
        }
        if self.options.times && times && !found.is_some_and(|found| same_time(found, wanted)) {
            steps.extend(modified(entry).map(|time| Step::SetTime(path.to_owned(), time)));
        }
        steps
    }

    /// User and group to be set, if they are not right already.
    fn owner(&self, entry: &Entry, found: Option<&Metadata>) -> (Option<u32>, Option<u32>) {
        let wanted = &entry.metadata;
        let own = (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw());
        let (user, group) = found.map_or(own, |found| (found.uid(), found.gid()));
        let user = (self.options.owner && self.is_root && user != wanted.uid()).then_some(wanted.uid());
        let group =
            (self.options.group && group != wanted.gid() && self.may_give_to(wanted.gid())).then_some(wanted.gid());
        (user, group)
    }

    fn kept_mode(&self, wanted: &Metadata, found: Option<&Metadata>) -> u32 {
        let Some(found) = found.filter(|_| !self.options.permissions) else { return wanted.mode() & MODE_BITS };
        let mode = found.mode() & MODE_BITS;
        if !self.options.executability || !wanted.is_file() {
            mode
        } else if wanted.mode() & EXECUTABLE == 0 {
            mode & !EXECUTABLE
        } else if mode & EXECUTABLE == 0 {
            // Executable for those who may read.
            mode | (mode & 0o444) >> 2
        } else {
            mode
        }
    }

    fn may_give_to(&self, group: u32) -> bool {
        let group = nix::unistd::Gid::from_raw(group);
        self.is_root || group == nix::unistd::getegid() || fs::belongs_to_group(group.as_raw())
    }
}

fn kind(metadata: &Metadata) -> u32 {
    metadata.mode() & !MODE_BITS
}

/// To the second where one of both systems knows no more.
fn same_time(left: &Metadata, right: &Metadata) -> bool {
    left.mtime() == right.mtime()
        && (left.mtime_nsec() == right.mtime_nsec() || left.mtime_nsec() == 0 || right.mtime_nsec() == 0)
}

fn modified(entry: &Entry) -> Option<SystemTime> {
    entry.metadata.modified().ok()
}

fn is_directory(path: &Path) -> Result<bool, SyncError> {
    Ok(fs::follow(path)?.is_some_and(|found| found.is_dir()))
}
