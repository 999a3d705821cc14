//! The encrypted files of an environment, as they are now or as a revision of git has them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use batou_core::{fs, secrets::Kind, vcs::git::Snapshot};

use crate::cli::CommandError;

/// Where files come from.
pub(super) enum Version {
    /// The working tree of this project.
    Now(PathBuf),
    /// A revision, and its name.
    Revision(Box<Snapshot>, String),
}

/// An encrypted file of a version.
pub(super) struct Stored {
    /// The path in the project.
    pub path: PathBuf,
    /// A name whose end tells the format; older layouts do not say it.
    pub decryptable_name: String,
    /// The content.
    pub content: Vec<u8>,
}

/// The files by what they are: the main file has no name.
pub(super) type Files = BTreeMap<Option<String>, Stored>;

struct Entry {
    name: String,
    is_directory: bool,
}

impl Version {
    pub(super) fn open(project: &Path, revision: Option<&str>) -> Result<Self, CommandError> {
        let Some(revision) = revision else { return Ok(Version::Now(project.to_owned())) };
        match Snapshot::open(project, revision) {
            Ok(snapshot) => Ok(Version::Revision(Box::new(snapshot), revision.to_owned())),
            Err(error) => Err(CommandError::usage("there is nothing to compare").with_cause(&error)),
        }
    }

    /// A path as the heading of a difference shows it.
    pub(super) fn label(&self, path: &Path) -> String {
        match self {
            Version::Now(_) => path.display().to_string(),
            Version::Revision(_, name) => format!("{name}:{}", path.display()),
        }
    }

    /// The encrypted files of an environment; none if it has no secrets, or is not there.
    pub(super) fn files(&self, environment: &str) -> Result<Files, CommandError> {
        let directory = Path::new("environments").join(environment);
        let names = self.names(&directory)?;
        let mut mains = names.iter().filter_map(|name| {
            let kind = name.strip_prefix("secrets.cfg.").and_then(Kind::from_name)?;
            Some((name, format!(".{}", kind.file_suffix())))
        });
        let mut files = Files::new();
        if let Some((main, suffix)) = mains.next() {
            if let Some((second, _)) = mains.next() {
                return Err(CommandError::failed(format!("{} has both {main} and {second}", self.label(&directory)))
                    .with_hint("remove the one that is out of date"));
            }
            self.add(&mut files, None, &directory.join(main), "")?;
            for name in &names {
                if let Some(file) = name.strip_prefix("secret-").and_then(|name| name.strip_suffix(&suffix)) {
                    self.add(&mut files, Some(file), &directory.join(name), "")?;
                }
            }
        } else if names.iter().any(|name| name == "secrets.cfg") {
            self.add(&mut files, None, &directory.join("secrets.cfg"), ".gpg")?;
            for name in names.iter().filter(|name| !name.ends_with(".gpg")) {
                if let Some(file) = name.strip_prefix("secret-") {
                    self.add(&mut files, Some(file), &directory.join(name), ".gpg")?;
                }
            }
        } else {
            self.add_oldest(&mut files, environment)?;
        }
        Ok(files)
    }

    /// The layouts before 2.3: `secrets/ENV.cfg`, and that of 0.2.
    fn add_oldest(&self, files: &mut Files, environment: &str) -> Result<(), CommandError> {
        let main = format!("{environment}.cfg");
        let directory = Path::new("secrets");
        let names = self.names(directory)?;
        if names.contains(&main) {
            self.add(files, None, &directory.join(&main), ".gpg")?;
            for name in &names {
                if let Some(file) = name.strip_prefix(environment).and_then(|name| name.strip_prefix('-')) {
                    self.add(files, Some(file), &directory.join(name), ".gpg")?;
                }
            }
            return Ok(());
        }
        let encrypted = format!("{main}.aes");
        for component in self.entries(Path::new("components"))?.iter().filter(|entry| entry.is_directory) {
            let directory = Path::new("components").join(&component.name);
            if files.is_empty() && self.names(&directory)?.contains(&encrypted) {
                self.add(files, None, &directory.join(&encrypted), "")?;
            }
        }
        Ok(())
    }

    fn add(&self, files: &mut Files, name: Option<&str>, path: &Path, suffix: &str) -> Result<(), CommandError> {
        let content = match self {
            Version::Now(project) => fs::read(&project.join(path)).map(Some).map_err(|error| unreadable(&error)),
            Version::Revision(snapshot, _) => snapshot.read(path).map_err(|error| unreadable(&error)),
        };
        if let Some(content) = content? {
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            let stored = Stored { path: path.to_owned(), decryptable_name: format!("{file_name}{suffix}"), content };
            files.insert(name.map(str::to_owned), stored);
        }
        Ok(())
    }

    /// The names of the files in a directory, sorted.
    fn names(&self, directory: &Path) -> Result<Vec<String>, CommandError> {
        let entries = self.entries(directory)?;
        let mut names: Vec<String> =
            entries.into_iter().filter(|entry| !entry.is_directory).map(|entry| entry.name).collect();
        names.sort_unstable();
        Ok(names)
    }

    fn entries(&self, directory: &Path) -> Result<Vec<Entry>, CommandError> {
        match self {
            Version::Now(project) => {
                let directory = project.join(directory);
                let names = fs::list(&directory).map_err(|error| unreadable(&error))?.unwrap_or_default();
                let entry = |name: std::ffi::OsString| Entry {
                    is_directory: directory.join(&name).is_dir(),
                    name: name.to_string_lossy().into_owned(),
                };
                Ok(names.into_iter().map(entry).collect())
            }
            Version::Revision(snapshot, _) => {
                let entries = snapshot.list(directory).map_err(|error| unreadable(&error))?;
                let entry =
                    |entry: batou_core::vcs::git::Entry| Entry { is_directory: entry.is_directory, name: entry.name };
                Ok(entries.into_iter().map(entry).collect())
            }
        }
    }
}

fn unreadable(error: &dyn std::error::Error) -> CommandError {
    CommandError::failed("cannot read the encrypted files").with_cause(error)
}
