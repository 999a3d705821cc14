//! Opening and reading.

use std::cell::RefCell;
use std::collections::{HashMap, hash_map};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use secrecy::{ExposeSecret, SecretString};

use crate::fs;
use crate::secrets::document::{Document, utf8};
use crate::secrets::locate::{self, Layout, Located};
use crate::secrets::lock::{self, EditLock, HeldFiles};
use crate::secrets::open::{decrypt, open_provider, shown};
use crate::secrets::{Kind, Provider, SecretBytes, SecretsError, Surroundings, diffable};

/// What a new main file starts from.
pub(super) const TEMPLATE: &str = "[batou]\nsecret_provider = age\nmembers =\n";

/// How providers are opened.
pub(super) type Opener = fn(Kind, &Surroundings) -> Result<Box<dyn Provider>, SecretsError>;

/// The secrets of one environment on disk, and the keys that were opened for them.
pub struct Store {
    pub(super) environment: String,
    pub(super) surroundings: Surroundings,
    pub(super) place: Place,
    pub(super) located: Located,
    names: Vec<String>,
    opener: Opener,
    /// One for each kind of files, see [`Kind::file_suffix`].
    providers: HashMap<&'static str, Box<dyn Provider>>,
    /// The main file as it was read.
    pub(super) main: Option<Main>,
    /// The stored contents of files that were read.
    pub(super) read_files: HashMap<String, Vec<u8>>,
    held: RefCell<Weak<HeldFiles>>,
}

/// How the files are found again.
#[derive(Clone)]
pub(super) enum Place {
    Environment(String),
    Path(PathBuf),
}

impl Place {
    pub(super) fn locate(&self, project: &Path) -> Result<Located, SecretsError> {
        match self {
            Place::Environment(environment) => locate::locate(project, environment),
            Place::Path(path) => locate::locate_path(path),
        }
    }
}

/// The main file as it was read.
pub(super) struct Main {
    pub(super) stored: Vec<u8>,
    pub(super) clear: SecretString,
}

impl Store {
    /// Finds the secrets of an environment. Nothing is decrypted yet, and there need not be any.
    ///
    /// # Errors
    /// If there is no such environment, if its format cannot be told, or if the directories cannot be read.
    pub fn open(environment: &str, surroundings: &Surroundings) -> Result<Store, SecretsError> {
        Store::open_with(Place::Environment(environment.to_owned()), surroundings, open_provider)
    }

    /// Opens one file with a passphrase that belongs to a `Secrets` component of batou 0.2, wherever it is. It need not exist.
    /// Relative paths start at the project directory.
    ///
    /// # Errors
    /// If its name does not end in `.aes`.
    pub fn open_path(path: &Path, surroundings: &Surroundings) -> Result<Store, SecretsError> {
        Store::open_with(Place::Path(surroundings.project.join(path)), surroundings, open_provider)
    }

    pub(super) fn open_with(place: Place, surroundings: &Surroundings, opener: Opener) -> Result<Store, SecretsError> {
        let located = place.locate(&surroundings.project)?;
        let environment = match &place {
            Place::Environment(name) => name.clone(),
            Place::Path(path) => shown(&surroundings.project, path).display().to_string(),
        };
        let names = located.files.iter().map(|(name, _)| name.clone()).collect();
        Ok(Store {
            environment,
            surroundings: surroundings.clone(),
            place,
            located,
            names,
            opener,
            providers: HashMap::new(),
            main: None,
            read_files: HashMap::new(),
            held: RefCell::default(),
        })
    }

    /// The name of the environment.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The format; `None` if there are no secrets yet.
    pub fn kind(&self) -> Option<Kind> {
        self.located.main.as_ref().map(|(_, kind)| *kind)
    }

    /// Whether the files are named as before batou 2.4. They are saved under these names; `batou migrate` renames them.
    pub fn is_older_layout(&self) -> bool {
        matches!(self.located.layout, Layout::WithoutSuffix | Layout::OneDirectory)
    }

    /// Whether the main file is one that a `Secrets` component of batou 0.2 reads itself. It has no members and sets no overrides.
    pub fn is_of_component(&self) -> bool {
        self.located.layout == Layout::Component
    }

    /// The main file, or where it will be if the template is saved; relative to the project if it lies in it.
    pub fn main_path(&self) -> PathBuf {
        let path = match (&self.located.main, &self.place) {
            (Some((path, _)), _) => path.clone(),
            (None, Place::Path(path)) => path.clone(),
            (None, Place::Environment(_)) => locate::main_path(&self.located.directory, Kind::Age),
        };
        self.shown(&path)
    }

    /// The names of the secret files beside the main file, sorted.
    pub fn files(&self) -> &[String] {
        &self.names
    }

    /// The clear main file as an editor shows it; the template for a new one if there are no secrets yet.
    ///
    /// # Errors
    /// If it cannot be read or decrypted.
    pub fn read_main(&mut self) -> Result<SecretString, SecretsError> {
        self.load_main()?;
        Ok(match &self.main {
            Some(main) => main.clear.clone(),
            None if self.is_of_component() => SecretString::default(),
            None => TEMPLATE.into(),
        })
    }

    /// The clear content of one of [`Store::files`]; empty for a new name.
    ///
    /// # Errors
    /// If it cannot be read or decrypted, or if there is no main file yet.
    pub fn read_file(&mut self, name: &str) -> Result<SecretBytes, SecretsError> {
        let kind = self.kind_for_files()?;
        check_name(name)?;
        let Some((_, path)) = self.located.files.iter().find(|(known, _)| known == name) else {
            return Ok(SecretBytes::default());
        };
        let path = path.clone();
        let stored = fs::read(&path)?;
        let place = self.shown(&path);
        let clear = decrypt(self.provider(kind)?, &place, &stored)?;
        self.read_files.insert(name.to_owned(), stored);
        Ok(clear)
    }

    /// Keeps other editors out, of this program and of batou 2.x, until it is dropped.
    ///
    /// # Errors
    /// [`SecretsError::Locked`] if another one is there.
    pub fn lock(&self) -> Result<EditLock, SecretsError> {
        if self.held.borrow().upgrade().is_some() {
            return Err(SecretsError::Locked { path: self.main_path() });
        }
        self.take_lock()
    }

    /// The lock that is held already, or one for the time of a save.
    pub(super) fn lock_to_save(&self) -> Result<EditLock, SecretsError> {
        let held = self.held.borrow().upgrade();
        match held {
            Some(held) => Ok(EditLock(held)),
            None => self.take_lock(),
        }
    }

    fn take_lock(&self) -> Result<EditLock, SecretsError> {
        let mut files: Vec<PathBuf> = self.located.main.iter().map(|(path, _)| path.clone()).collect();
        files.extend(self.located.files.iter().map(|(_, path)| path.clone()));
        // Before the first secrets of an older project there is no directory of the environment.
        let mut directory = self.located.directory.as_path();
        while !directory.is_dir() {
            match directory.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => directory = parent,
                _ => break,
            }
        }
        let held = lock::hold(directory, &files, &self.main_path()).map_err(|error| match error {
            SecretsError::Locked { path } => SecretsError::Locked { path: self.shown(&path) },
            other => other,
        })?;
        let held = Arc::new(held);
        *self.held.borrow_mut() = Arc::downgrade(&held);
        Ok(EditLock(held))
    }

    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        shown(&self.surroundings.project, path)
    }

    /// The format of the files beside the main one.
    pub(super) fn kind_for_files(&self) -> Result<Kind, SecretsError> {
        if self.is_of_component() {
            return Err(SecretsError::OfComponent { path: self.main_path(), action: "have files beside it" });
        }
        self.kind().ok_or_else(|| SecretsError::NoSecrets { environment: self.environment.clone() })
    }

    pub(super) fn provider(&mut self, kind: Kind) -> Result<&mut dyn Provider, SecretsError> {
        Ok(match self.providers.entry(kind.file_suffix()) {
            hash_map::Entry::Occupied(opened) => opened.into_mut().as_mut(),
            hash_map::Entry::Vacant(free) => free.insert((self.opener)(kind, &self.surroundings)?).as_mut(),
        })
    }

    /// Reads the main file, if there is one and it was not read yet.
    pub(super) fn load_main(&mut self) -> Result<(), SecretsError> {
        let Some((path, kind)) = self.located.main.clone() else { return Ok(()) };
        if self.main.is_some() {
            return Ok(());
        }
        let stored = fs::read(&path)?;
        let place = self.shown(&path);
        let clear = clear_text(self.provider(kind)?, kind, &place, &stored)?;
        self.main = Some(Main { stored, clear });
        Ok(())
    }

    /// The parsed main file; `None` if there are no secrets.
    pub(in crate::secrets) fn document(&mut self) -> Result<Option<Document>, SecretsError> {
        self.load_main()?;
        let path = self.main_path();
        let parsed = self.main.as_ref().map(|main| Document::parse(main.clear.expose_secret(), &path));
        Ok(parsed.transpose()?)
    }

    /// Looks at the disk again.
    pub(super) fn relocate(&mut self) -> Result<(), SecretsError> {
        self.located = self.place.locate(&self.surroundings.project)?;
        self.names = self.located.files.iter().map(|(name, _)| name.clone()).collect();
        Ok(())
    }
}

/// The clear text of a stored main file.
pub(in crate::secrets) fn clear_text(
    provider: &mut dyn Provider,
    kind: Kind,
    place: &Path,
    stored: &[u8],
) -> Result<SecretString, SecretsError> {
    if kind == Kind::AgeDiffable {
        return Ok(diffable::read(&Document::from_bytes(stored, place)?, place, provider)?.text());
    }
    let clear = decrypt(provider, place, stored)?;
    Ok(SecretString::from(utf8(clear.expose_secret(), place)?))
}

/// Refuses names that would lead elsewhere.
pub(super) fn check_name(name: &str) -> Result<(), SecretsError> {
    if name.is_empty() || name.contains(['/', '\0', '\n']) {
        return Err(SecretsError::InvalidFileName { name: name.to_owned() });
    }
    Ok(())
}
