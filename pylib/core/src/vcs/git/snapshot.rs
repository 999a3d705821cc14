//! Files of a project as a revision of its own repository has them, and settings of that repository.

use std::path::{Path, PathBuf};

use git2::{ConfigLevel, ObjectType, Repository, Tree};

use super::GitError;

/// The files below a directory, as a revision has them.
pub struct Snapshot {
    repository: Repository,
    tree: git2::Oid,
    directory: PathBuf,
    // Where the directory is in the repository.
    prefix: PathBuf,
}

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name.
    pub name: String,
    /// Whether it is a directory.
    pub is_directory: bool,
}

impl Snapshot {
    /// Looks a revision (`HEAD`, a branch, a tag, the number of a commit, `HEAD~3`) up in the repository that holds a directory.
    ///
    /// # Errors
    /// If the directory is in no repository, or there is no such revision.
    pub fn open(directory: &Path, revision: &str) -> Result<Self, GitError> {
        let refused = |error: git2::Error| refused("look into the repository of", directory, &error);
        let repository = Repository::discover(directory).map_err(refused)?;
        let prefix = prefix(&repository, directory)?;
        let tree = repository
            .revparse_single(revision)
            .and_then(|found| found.peel_to_tree())
            .map_err(|_| GitError::Missing {
                kind: "revision",
                name: revision.to_owned(),
                place: directory.display().to_string(),
            })?
            .id();
        Ok(Self { repository, tree, directory: directory.to_owned(), prefix })
    }

    /// The entries of a directory, given relative to the one that was opened; none if it is not there.
    ///
    /// # Errors
    /// If the repository is damaged.
    pub fn list(&self, directory: &Path) -> Result<Vec<Entry>, GitError> {
        let Some(tree) = self.find(directory, ObjectType::Tree)?.and_then(|found| found.into_tree().ok()) else {
            return Ok(Vec::new());
        };
        Ok(tree.iter().filter_map(|entry| Some(entry_of(entry.name().ok()?, entry.kind()))).collect())
    }

    /// The content of a file; nothing if it is not there.
    ///
    /// # Errors
    /// If the repository is damaged.
    pub fn read(&self, file: &Path) -> Result<Option<Vec<u8>>, GitError> {
        let found = self.find(file, ObjectType::Blob)?.and_then(|found| found.into_blob().ok());
        Ok(found.map(|blob| blob.content().to_vec()))
    }

    fn find(&self, path: &Path, kind: ObjectType) -> Result<Option<git2::Object<'_>>, GitError> {
        let refused = |error: git2::Error| refused("look into the repository of", &self.directory, &error);
        let tree: Tree<'_> = self.repository.find_tree(self.tree).map_err(refused)?;
        let path = self.prefix.join(path);
        if path.as_os_str().is_empty() {
            return Ok(Some(tree.into_object()));
        }
        match tree.get_path(&path) {
            Ok(entry) if entry.kind() == Some(kind) => entry.to_object(&self.repository).map(Some).map_err(refused),
            Ok(_) => Ok(None),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }
}

/// Sets an option in the configuration of the repository that holds a directory.
///
/// # Errors
/// If the directory is in no repository, or the configuration cannot be written.
pub fn set_option(directory: &Path, name: &str, value: &str) -> Result<(), GitError> {
    Repository::discover(directory)
        .and_then(|repository| repository.config())
        .and_then(|configuration| configuration.open_level(ConfigLevel::Local))
        .and_then(|mut configuration| configuration.set_str(name, value))
        .map_err(|error| refused("configure the repository of", directory, &error))
}

fn entry_of(name: &str, kind: Option<ObjectType>) -> Entry {
    Entry { name: name.to_owned(), is_directory: kind == Some(ObjectType::Tree) }
}

pub(super) fn prefix(repository: &Repository, directory: &Path) -> Result<PathBuf, GitError> {
    let unusable = |reason: &str| GitError::Unusable { path: directory.to_owned(), reason: reason.to_owned() };
    let root = repository.workdir().ok_or_else(|| unusable("it has no working directory"))?;
    let real = |path: &Path| path.canonicalize().map_err(|error| unusable(&error.to_string()));
    let (root, below) = (real(root)?, real(directory)?);
    below.strip_prefix(root).map(Path::to_path_buf).map_err(|_| unusable("the directory is not in it"))
}

fn refused(action: &'static str, directory: &Path, error: &git2::Error) -> GitError {
    GitError::Refused {
        action,
        place: directory.display().to_string(),
        reason: error.message().to_owned(),
        needs_credentials: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_read_below_a_directory() {
        let place = tempfile::tempdir().expect("a directory");
        let project = place.path().join("sub/project");
        std::fs::create_dir_all(project.join("a/b")).expect("a directory");
        std::fs::write(project.join("a/file"), "old").expect("a file");
        std::fs::write(project.join("a/b/c"), "c").expect("a file");
        let repository = Repository::init(place.path()).expect("a repository");
        let mut index = repository.index().expect("an index");
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).expect("added");
        let tree = repository.find_tree(index.write_tree().expect("a tree")).expect("a tree");
        let author = git2::Signature::now("test", "test@localhost").expect("an author");
        repository.commit(Some("HEAD"), &author, &author, "first", &tree, &[]).expect("a commit");
        std::fs::write(project.join("a/file"), "new").expect("a file");

        let snapshot = Snapshot::open(&project, "HEAD").expect("a revision");
        assert_eq!(snapshot.read(Path::new("a/file")).expect("readable").as_deref(), Some(&b"old"[..]));
        assert_eq!(snapshot.read(Path::new("a/b")).expect("readable"), None);
        assert_eq!(snapshot.read(Path::new("missing/file")).expect("readable"), None);
        let names: Vec<_> = snapshot.list(Path::new("a")).expect("readable");
        assert_eq!(names, [entry_of("b", Some(ObjectType::Tree)), entry_of("file", Some(ObjectType::Blob))]);
        assert_eq!(snapshot.list(Path::new("missing")).expect("readable"), []);
        assert!(matches!(Snapshot::open(&project, "nothing"), Err(GitError::Missing { .. })));

        set_option(&project, "diff.batou.textconv", "batou").expect("set");
        let written = std::fs::read_to_string(place.path().join(".git/config")).expect("a file");
        assert!(written.contains("[diff \"batou\"]\n\ttextconv = batou"), "{written}");
    }
}
