//! Facts about a checkout.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use git2::{BranchType, DescribeOptions, ErrorCode, Repository, RepositoryOpenFlags, Status, StatusOptions};

use super::clone::is_aside;
use super::error::Trying;
use super::wanted::{Wanted, is_hash};
use super::{GitError, filters, program};

/// A directory that git works in.
pub struct Checkout {
    pub(super) repository: Repository,
    pub(super) path: PathBuf,
}

impl Checkout {
    /// Opens the checkout in a directory; `None` if there is nothing of the name `.git` in it.
    ///
    /// # Errors
    /// [`GitError::Unusable`] if what is there is no repository that can be read.
    pub fn find(path: &Path) -> Result<Option<Self>, GitError> {
        let git = path.join(".git");
        // A file stands for a directory elsewhere.
        if crate::fs::look(&git)?.is_none() {
            return Ok(None);
        }
        Self::open(path).map(Some)
    }

    /// Opens the checkout in a directory.
    ///
    /// # Errors
    /// [`GitError::Unusable`] if there is none that can be read.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        // Never one of the directories above.
        match Repository::open_ext(path, RepositoryOpenFlags::NO_SEARCH, &[] as &[&OsStr]) {
            Ok(repository) => Ok(Checkout { repository, path: path.to_owned() }),
            Err(error) => Err(GitError::Unusable { path: path.to_owned(), reason: error.message().to_owned() }),
        }
    }

    /// The hash of the commit that is checked out; `None` before the first commit.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn revision(&self) -> Result<Option<String>, GitError> {
        Ok(self.head()?.map(|commit| commit.id().to_string()))
    }

    /// The local branch that is checked out, `HEAD` if none is.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn branch(&self) -> Result<String, GitError> {
        let head = self.repository.find_reference("HEAD").trying("read the HEAD of", &self.path)?;
        let target = head.symbolic_target_bytes().map(|name| String::from_utf8_lossy(name).into_owned());
        let name = target.unwrap_or_else(|| "HEAD".into());
        Ok(name.strip_prefix("refs/heads/").map_or_else(|| name.clone(), str::to_owned))
    }

    /// The newest tag that can be reached, as `git describe --tags` shows it; `None` without one.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn tag(&self) -> Result<Option<String>, GitError> {
        if self.head()?.is_none() {
            return Ok(None);
        }
        const ACTION: &str = "describe the commit of";
        match self.repository.describe(DescribeOptions::new().describe_tags()) {
            Ok(found) => found.format(None).map(Some).trying(ACTION, &self.path),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).trying(ACTION, &self.path),
        }
    }

    /// The address of `origin` as it was given; `None` without one.
    ///
    /// # Errors
    /// A configuration that cannot be read.
    pub fn remote_url(&self) -> Result<Option<String>, GitError> {
        let configuration = self.repository.config().trying("read the configuration of", &self.path)?;
        match configuration.get_string("remote.origin.url") {
            Ok(url) => Ok(Some(url)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).trying("read the address of origin from", &self.path),
        }
    }

    /// Whether anything differs from the commit, untracked files included and ignored ones not.
    ///
    /// # Errors
    /// A repository or a file that cannot be read.
    pub fn has_changes(&self) -> Result<bool, GitError> {
        if filters::are_used(&self.repository)? {
            return Ok(program::status(&self.path, false)?.iter().any(|(_, path)| !is_leftover(path)));
        }
        Ok(self.statuses(false)?.iter().any(|entry| !is_leftover(path_of(&entry))))
    }

    /// What differs from the commit, untracked files included and ignored ones not: the two letters that `git status --porcelain`
    /// shows, and the path relative to the checkout.
    ///
    /// # Errors
    /// A repository or a file that cannot be read.
    pub fn changes(&self) -> Result<Vec<(String, PathBuf)>, GitError> {
        if filters::are_used(&self.repository)? {
            let found = program::status(&self.path, false)?.into_iter();
            return Ok(found.filter(|(_, path)| !is_leftover(path)).collect());
        }
        let statuses = self.statuses(false)?;
        let found = statuses.iter().map(|entry| (letters(entry.status()), path_of(&entry).to_owned()));
        Ok(found.filter(|(_, path)| !is_leftover(path)).collect())
    }

    /// Whether a tracked file differs from the commit. Untracked ones, however many, are not even looked for.
    ///
    /// # Errors
    /// A repository or a file that cannot be read.
    pub(super) fn has_tracked_changes(&self) -> Result<bool, GitError> {
        if filters::are_used(&self.repository)? {
            return Ok(program::status(&self.path, false)?.iter().any(|(letters, _)| letters != "??"));
        }
        let mut options = StatusOptions::new();
        options.include_untracked(false);
        let found = self.repository.statuses(Some(&mut options));
        Ok(!found.trying("compare files with the commit of", &self.path)?.is_empty())
    }

    /// The files that git neither tracks nor ignores, relative to the checkout.
    ///
    /// # Errors
    /// A repository or a file that cannot be read.
    pub fn untracked(&self) -> Result<Vec<PathBuf>, GitError> {
        if filters::are_used(&self.repository)? {
            let found = program::status(&self.path, true)?.into_iter();
            return Ok(found.filter(|(kind, path)| kind == "??" && !is_leftover(path)).map(|(_, path)| path).collect());
        }
        let statuses = self.statuses(true)?;
        let new = statuses.iter().filter(|entry| entry.status().contains(Status::WT_NEW));
        Ok(new.map(|entry| path_of(&entry).to_owned()).filter(|path| !is_leftover(path)).collect())
    }

    fn statuses(&self, each_file: bool) -> Result<git2::Statuses<'_>, GitError> {
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(each_file).exclude_submodules(false);
        self.repository.statuses(Some(&mut options)).trying("compare files with the commit of", &self.path)
    }

    /// How many commits the branch is ahead of its upstream and behind it; `None` without an upstream.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn distance(&self) -> Result<Option<(usize, usize)>, GitError> {
        let Some(head) = self.head()? else {
            return Ok(None);
        };
        let branch = self.branch()?;
        let Ok(branch) = self.repository.find_branch(&branch, BranchType::Local) else {
            return Ok(None);
        };
        let Some(upstream) = branch.upstream().ok().and_then(|upstream| upstream.get().peel_to_commit().ok()) else {
            return Ok(None);
        };
        let distance = self.repository.graph_ahead_behind(head.id(), upstream.id());
        distance.map(Some).trying("compare the branch with its upstream in", &self.path)
    }

    /// The time of the commit, in seconds since 1970; `None` before the first commit.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn commit_time(&self) -> Result<Option<i64>, GitError> {
        Ok(self.head()?.map(|commit| commit.time().seconds()))
    }

    /// Whether what is wanted is the commit that is checked out, as far as the repository knows. With a hash, or its
    /// beginning, nobody has to be asked.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn shows(&self, wanted: &Wanted) -> Result<bool, GitError> {
        let Some(head) = self.head()? else {
            return Ok(false);
        };
        if let Wanted::Revision(_) = wanted
            && is_hash(wanted.name())
            && head.id().to_string().starts_with(&wanted.name().to_ascii_lowercase())
        {
            return Ok(true);
        }
        Ok(wanted.find(&self.repository).is_some_and(|commit| commit.id() == head.id()))
    }

    pub(super) fn head(&self) -> Result<Option<git2::Commit<'_>>, GitError> {
        const ACTION: &str = "read the HEAD of";
        match self.repository.head() {
            Ok(head) => head.peel_to_commit().map(Some).trying(ACTION, &self.path),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => Ok(None),
            Err(error) => Err(error).trying(ACTION, &self.path),
        }
    }
}

/// The state as `git status --porcelain` shows it: of the index, then of the file.
fn letters(status: Status) -> String {
    if status.contains(Status::CONFLICTED) {
        return "UU".to_owned();
    }
    let index = [
        (Status::INDEX_NEW, 'A'),
        (Status::INDEX_MODIFIED, 'M'),
        (Status::INDEX_DELETED, 'D'),
        (Status::INDEX_RENAMED, 'R'),
        (Status::INDEX_TYPECHANGE, 'T'),
    ];
    let file = [
        (Status::WT_MODIFIED, 'M'),
        (Status::WT_DELETED, 'D'),
        (Status::WT_RENAMED, 'R'),
        (Status::WT_TYPECHANGE, 'T'),
    ];
    let letter =
        |table: &[(Status, char)]| table.iter().find(|(known, _)| status.contains(*known)).map_or(' ', |row| row.1);
    if status == Status::WT_NEW { "??".to_owned() } else { [letter(&index), letter(&file)].iter().collect() }
}

fn path_of<'a>(entry: &'a git2::StatusEntry<'_>) -> &'a Path {
    Path::new(OsStr::from_bytes(entry.path_bytes()))
}

/// What a killed clone left behind belongs to nobody who could miss it.
fn is_leftover(path: &Path) -> bool {
    path.components().next().is_some_and(|first| is_aside(first.as_os_str()))
}
