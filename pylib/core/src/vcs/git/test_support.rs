//! Repositories for tests, made by libgit2.

use std::fs;
use std::path::{Path, PathBuf};

use git2::{Oid, Repository, Signature};

use super::Wanted;

/// A repository that others clone from, and a place for the clone.
pub(super) struct Upstream {
    pub(super) directory: tempfile::TempDir,
    pub(super) repository: Repository,
}

impl Upstream {
    /// A branch `main` with one commit that holds `file`, and the tag `v1` on it.
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main");
        let repository = Repository::init_opts(directory.path().join("upstream"), &options).unwrap();
        let upstream = Upstream { directory, repository };
        upstream.commit("file", "one\n");
        upstream.tag("v1");
        upstream
    }

    pub(super) fn path(&self) -> PathBuf {
        self.directory.path().join("upstream")
    }

    pub(super) fn url(&self) -> String {
        self.path().to_str().unwrap().to_owned()
    }

    /// The place for the clone; the directory exists.
    pub(super) fn target(&self) -> PathBuf {
        let target = self.directory.path().join("clone");
        fs::create_dir_all(&target).unwrap();
        target
    }

    /// Commits a file on the branch that is checked out.
    pub(super) fn commit(&self, name: &str, text: &str) -> Oid {
        commit(&self.repository, name, text)
    }

    /// Moves or makes a lightweight tag.
    pub(super) fn tag(&self, name: &str) {
        let head = self.repository.head().unwrap().peel(git2::ObjectType::Commit).unwrap();
        self.repository.tag_lightweight(name, &head, true).unwrap();
    }

    /// Makes a branch and checks it out.
    pub(super) fn branch(&self, name: &str) {
        let head = self.repository.head().unwrap().peel_to_commit().unwrap();
        self.repository.branch(name, &head, true).unwrap();
        self.switch(name);
    }

    pub(super) fn switch(&self, name: &str) {
        self.repository.set_head(&format!("refs/heads/{name}")).unwrap();
        self.repository.checkout_head(Some(git2::build::CheckoutBuilder::new().force())).unwrap();
    }
}

pub(super) fn commit(repository: &Repository, name: &str, text: &str) -> Oid {
    let path = repository.workdir().unwrap().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    let mut index = repository.index().unwrap();
    index.add_path(Path::new(name)).unwrap();
    index.write().unwrap();
    commit_index(repository)
}

pub(super) fn commit_index(repository: &Repository) -> Oid {
    let tree = repository.find_tree(repository.index().unwrap().write_tree().unwrap()).unwrap();
    let author = Signature::now("Test", "test@example.com").unwrap();
    let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(Some("HEAD"), &author, &author, "change", &tree, &parents).unwrap()
}

pub(super) fn branch(name: &str) -> Wanted {
    Wanted::Branch(name.into())
}

pub(super) fn tag(name: &str) -> Wanted {
    Wanted::Tag(name.into())
}

pub(super) fn revision(name: &str) -> Wanted {
    Wanted::Revision(name.into())
}

/// Clones without interruption.
pub(super) fn clone(url: &str, target: &Path, wanted: &Wanted) -> Result<(), super::GitError> {
    super::clone(url, target, wanted, &|| false)
}

/// Updates without interruption.
pub(super) fn update(target: &Path, wanted: &Wanted) -> Result<(), super::GitError> {
    let untracked = super::Checkout::open(target)?.untracked()?;
    super::update(target, wanted, untracked, &|| false)
}

/// Asks for news without interruption.
pub(super) fn has_incoming(target: &Path, wanted: &Wanted) -> bool {
    super::has_incoming(target, Some(wanted), &|| false).unwrap()
}

/// What is in a directory, without `.git`, sorted.
pub(super) fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != ".git")
        .collect();
    names.sort();
    names
}
