//! Commits that travel without the git program: what a checkout has, what another one lacks, and taking it in.

use std::io::{Read, copy};
use std::path::Path;

use git2::{ErrorCode, Oid, Repository, RepositoryInitOptions};

use super::attended::Cancel;
use super::error::Trying;
use super::update::show;
use super::{Checkout, GitError, Wanted};

/// The hash of a commit.
pub type CommitId = [u8; 20];

/// What packs are called by libgit2 until they are complete.
const UNFINISHED: &str = "pack_git2_";

/// Opens the checkout in a directory, and makes an empty one where there is none.
///
/// # Errors
/// [`GitError::Unusable`] if there is something of the name `.git` that is no repository; a directory that cannot be written.
pub fn open_or_init(path: &Path) -> Result<Checkout, GitError> {
    if let Some(found) = Checkout::find(path)? {
        return Ok(found);
    }
    crate::fs::make_directory(path, true)?;
    let mut options = RepositoryInitOptions::new();
    options.no_reinit(true).external_template(false);
    Repository::init_opts(path, &options).trying("make a repository in", path)?;
    Checkout::open(path)
}

impl Checkout {
    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The commit that is checked out; `None` before the first one.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn head_id(&self) -> Result<Option<CommitId>, GitError> {
        self.head()?.map(|commit| self.id(commit.id())).transpose()
    }

    /// The newest commit of a local branch; `None` if there is no such branch.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn tip(&self, branch: &str) -> Result<Option<CommitId>, GitError> {
        match self.repository.find_branch(branch, git2::BranchType::Local) {
            Ok(found) => {
                let commit = found.get().peel_to_commit().trying("read a branch of", &self.path)?;
                self.id(commit.id()).map(Some)
            }
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(error).trying("read a branch of", &self.path),
        }
    }

    /// Commits that are there with all that belongs to them: those of HEAD and of all references, each once.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn commits(&self) -> Result<Vec<CommitId>, GitError> {
        let mut all: Vec<CommitId> = self.head_id()?.into_iter().collect();
        for reference in self.repository.references().trying("read the references of", &self.path)? {
            let reference = reference.trying("read the references of", &self.path)?;
            // Broken references and those to other objects say nothing about commits.
            if let Ok(commit) = reference.peel_to_commit() {
                all.push(self.id(commit.id())?);
            }
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// Gives a pack of all objects of a commit that one who has the known commits lacks, piece by piece, until `take` returns
    /// `false`. Nothing is given where nothing is lacking. Known commits that are not here are passed over.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn pack(&self, tip: CommitId, known: &[CommitId], take: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), GitError> {
        const ACTION: &str = "collect the commits of";
        let refused = |error: git2::Error| GitError::refused(ACTION, self.path.to_string_lossy(), &error);
        let mut walk = self.repository.revwalk().map_err(refused)?;
        walk.push(self.oid(tip)?).map_err(refused)?;
        for known in known {
            let known = self.oid(*known)?;
            if self.repository.find_commit(known).is_ok() {
                walk.hide(known).map_err(refused)?;
            }
        }
        let mut builder = self.repository.packbuilder().map_err(refused)?;
        builder.insert_walk(&mut walk).map_err(refused)?;
        if builder.object_count() == 0 {
            return Ok(());
        }
        let mut goes_on = true;
        let given = builder.foreach(|piece| {
            goes_on = take(piece);
            goes_on
        });
        if goes_on { given.map_err(refused) } else { Ok(()) }
    }

    /// Takes a pack in. Until it is complete and found whole, none of its objects is there.
    ///
    /// # Errors
    /// What the reader says, a pack that is none, a full disk.
    pub fn take_pack(&self, pack: &mut dyn Read) -> Result<(), GitError> {
        const ACTION: &str = "store commits in";
        let refused = |reason: String| GitError::Refused {
            action: ACTION,
            place: self.path.display().to_string(),
            reason,
            needs_credentials: false,
        };
        self.sweep_packs();
        let odb = self.repository.odb().trying(ACTION, &self.path)?;
        let mut writer = odb.packwriter().trying(ACTION, &self.path)?;
        // Its own error says nothing but that there was one.
        copy(pack, &mut writer).map_err(|_| refused(git2::Error::last_error(-1).message().to_owned()))?;
        writer.commit().trying(ACTION, &self.path)?;
        Ok(())
    }

    /// Removes what transfers that were killed left. A failure is none: it does no harm.
    fn sweep_packs(&self) {
        let directory = self.repository.path().join("objects/pack");
        for name in crate::fs::list(&directory).ok().flatten().unwrap_or_default() {
            if name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
                let _ = crate::fs::remove(&directory.join(name));
            }
        }
    }

    /// Notes a commit under the name of a reference, and makes all tracked files as it has them, whatever is checked out.
    /// Untracked files stay.
    ///
    /// # Errors
    /// [`GitError::Missing`] if the commit is not there; files that cannot be changed.
    pub fn show_commit(&self, reference: &str, id: CommitId) -> Result<(), GitError> {
        let oid = self.oid(id)?;
        let commit = self.repository.find_commit(oid).map_err(|_| GitError::Missing {
            kind: "commit",
            name: oid.to_string(),
            place: self.path.display().to_string(),
        })?;
        self.repository.reference(reference, oid, true, "batou").trying("note the commit in", &self.path)?;
        if self.head()?.is_some_and(|head| head.id() == oid) && !self.has_tracked_changes()? {
            return Ok(());
        }
        show(&self.repository, &Wanted::Revision(oid.to_string()), &commit, &Cancel::default())
    }

    pub(super) fn id(&self, oid: Oid) -> Result<CommitId, GitError> {
        oid.as_bytes().try_into().map_err(|_| GitError::Unusable {
            path: self.path.clone(),
            reason: "its hashes are not those of SHA-1".to_owned(),
        })
    }

    pub(super) fn oid(&self, id: CommitId) -> Result<Oid, GitError> {
        Oid::from_bytes(&id).trying("use a commit of", &self.path)
    }
}
