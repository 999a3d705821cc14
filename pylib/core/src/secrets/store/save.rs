//! Saving.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::changes::Changes;
use super::open::{Main, check_name};
use super::{Saved, Store};
use crate::fs;
use crate::secrets::document::{Document, DocumentError};
use crate::secrets::locate::{self, Layout};
use crate::secrets::open::decrypt;
use crate::secrets::{Kind, SecretBytes, SecretsError, diffable, members};

/// The option of `[batou]` that names the format.
pub(super) const PROVIDER: &str = "secret_provider";
const KEYS_FILE: &str = "age_keys.txt";

/// What is to be saved.
struct Request<'a> {
    /// The new main text, if it is edited.
    text: Option<&'a str>,
    /// A new content of another file.
    file: Option<(&'a str, &'a [u8])>,
    force: bool,
}

impl Store {
    /// Saves a new clear main file: finds the members' keys, changes the format if `secret_provider` says so, encrypts whatever
    /// changed (everything with `force` or other keys) and puts it in place. Until everything is encrypted nothing changes on disk.
    ///
    /// # Errors
    /// If the text cannot be parsed or names no usable member, and whatever keeps a file from being written.
    pub fn save_main(&mut self, new_text: &str, force: bool) -> Result<Saved, SecretsError> {
        if self.is_of_component() {
            return self.save_of_component(new_text, force);
        }
        self.save(&Request { text: Some(new_text), file: None, force })
    }

    /// Saves one secret file, an existing or a new one. If other keys than before can read the environment, all files are
    /// encrypted anew.
    ///
    /// # Errors
    /// Those of [`Store::save_main`], and if there is no main file yet.
    pub fn save_file(&mut self, name: &str, clear: &[u8]) -> Result<Saved, SecretsError> {
        self.kind_for_files()?;
        check_name(name)?;
        self.save(&Request { text: None, file: Some((name, clear)), force: false })
    }

    fn save(&mut self, request: &Request<'_>) -> Result<Saved, SecretsError> {
        let _lock = self.lock_to_save()?;
        self.load_main()?;
        self.refuse_foreign_changes(request.file.map(|(name, _)| name))?;
        let mut saved = Saved::default();
        let old = self.kind();
        let (document, new) = self.new_document(request, old, &mut saved)?;
        let members = match new {
            Kind::Aes => members::of(&document).unwrap_or_default(),
            _ => members::required(&document)?,
        };
        let keys = self.provider(new)?.address(&members)?;
        let keys_path = self.located.directory.join(KEYS_FILE);
        let keys = keys.map(String::into_bytes).filter(|keys| !matches!(fs::read(&keys_path), Ok(old) if old == *keys));
        if old.is_some() && keys.is_some() {
            saved.are_keys_changed = true;
        }
        let changes_suffix = old.is_none_or(|old| old.file_suffix() != new.file_suffix());
        let everything = request.force || keys.is_some() || changes_suffix;

        let mut changes = Changes::default();
        let main = self.new_main(&document, old, new, everything, &mut saved)?;
        let files = self.new_files(request.file, old, new, everything, &mut saved)?;
        if changes_suffix && old.is_some() {
            self.refuse_in_the_way(new)?;
        }
        if changes_suffix {
            changes.before = files
        } else {
            changes.after = files
        }
        changes.main = main;
        changes.after.extend(keys.map(|keys| (keys_path, keys)));
        if let Some(old) = old.filter(|old| *old != new) {
            changes.switch = Some((old, new));
            saved.switched = changes.switch;
        }
        changes.removed = self.converted(old, new, &changes)?;
        if changes.is_nothing() {
            return Ok(saved);
        }
        let written = changes.before.iter().chain(&changes.main).chain(&changes.after);
        saved.written = written.map(|(path, _)| self.shown(path)).collect();
        saved.removed = changes.removed.iter().map(|path| self.shown(path)).collect();
        let outcome = changes.put(&self.located.directory);
        // What was read before is no measure for the next save, whatever became of this one.
        self.main = None;
        self.read_files.clear();
        outcome?;
        self.relocate()?;
        Ok(saved)
    }

    /// The document to be saved and its format.
    fn new_document(
        &self,
        request: &Request<'_>,
        old: Option<Kind>,
        saved: &mut Saved,
    ) -> Result<(Document, Kind), SecretsError> {
        let path = self.main_path();
        let clear = self.main.as_ref().map(|main| main.clear.expose_secret());
        let Some(text) = request.text else {
            let no_secrets = || SecretsError::NoSecrets { environment: self.environment.clone() };
            let document = Document::parse(clear.ok_or_else(no_secrets)?, &path)?;
            return Ok((document, old.ok_or_else(no_secrets)?));
        };
        let mut document = Document::parse(text, &path)?;
        members::heal(&mut document);
        let named = document.get(members::SECTION, PROVIDER).map(|entry| (entry.value().to_owned(), entry.line()));
        let new = match (named, old) {
            (Some((name, line)), _) => Kind::from_name(&name).ok_or_else(|| DocumentError::UnknownProvider {
                file: path.clone(),
                line,
                name,
            })?,
            // Before 2.4 there was one format only.
            (None, Some(old)) if self.is_older_layout() => old,
            (None, Some(old)) => {
                if !document.has_section(members::SECTION) && old != Kind::Aes {
                    return Err(DocumentError::NoSection { file: path, section: members::SECTION }.into());
                }
                document.set(members::SECTION, PROVIDER, old.name());
                saved.provider_added = Some(old);
                old
            }
            (None, None) => {
                let (section, option) = (members::SECTION, PROVIDER);
                return Err(match document.has_section(section) {
                    true => DocumentError::NoOption { file: path, section, option },
                    false => DocumentError::NoSection { file: path, section },
                }
                .into());
            }
        };
        // A line without effect would be in clear among encrypted values; in other formats an old one may stay.
        if new == Kind::AgeDiffable || clear != Some(text) {
            document.refuse_strays()?;
        }
        if self.is_older_layout() && Some(new) != old {
            return Err(SecretsError::OlderLayout { path });
        }
        Ok((document, new))
    }

    /// The new stored main file, unless it can stay.
    fn new_main(
        &mut self,
        document: &Document,
        old: Option<Kind>,
        new: Kind,
        everything: bool,
        saved: &mut Saved,
    ) -> Result<Option<(PathBuf, Vec<u8>)>, SecretsError> {
        let path = match &self.located.main {
            Some((path, kind)) if *kind == new => path.clone(),
            _ => locate::main_path(&self.located.directory, new),
        };
        let place = self.shown(&path);
        // Taken out, so that the provider can be borrowed beside it.
        let main = self.main.take();
        let stored = main.as_ref().filter(|_| old == Some(new)).map(|main| main.stored.as_slice());
        let made = if new == Kind::AgeDiffable {
            self.new_diffable(document, main.as_ref().filter(|_| old == Some(new) && !everything), &place)
        } else {
            self.new_whole(document, main.as_ref().filter(|_| old == Some(new)), &place, new, everything, saved)
        };
        let made = made.map(|made| made.filter(|made| Some(made.as_slice()) != stored).map(|made| (path, made)));
        self.main = main;
        made
    }

    fn new_diffable(
        &mut self,
        document: &Document,
        main: Option<&Main>,
        place: &std::path::Path,
    ) -> Result<Option<Vec<u8>>, SecretsError> {
        let provider = self.provider(Kind::AgeDiffable)?;
        let stored = match main {
            None => diffable::write(document, None, place, provider)?,
            Some(main) => {
                let clear = Document::parse(main.clear.expose_secret(), place)?;
                let stored = Document::from_bytes(&main.stored, place)?;
                let previous = diffable::Previous { stored: &stored, clear: &clear };
                diffable::write(document, Some(&previous), place, provider)?
            }
        };
        Ok(Some(stored.text().expose_secret().as_bytes().to_vec()))
    }

    fn new_whole(
        &mut self,
        document: &Document,
        main: Option<&Main>,
        place: &std::path::Path,
        kind: Kind,
        everything: bool,
        saved: &mut Saved,
    ) -> Result<Option<Vec<u8>>, SecretsError> {
        let text = document.text();
        let provider = self.provider(kind)?;
        if let Some(main) = main.filter(|_| !everything)
            && main.clear.expose_secret() == text.expose_secret()
        {
            if main.stored.is_empty() || provider.is_addressed(place, &main.stored)? {
                return Ok(None);
            }
            saved.are_keys_changed = true;
        }
        Ok(Some(provider.encrypt(place, text.expose_secret().as_bytes())?))
    }

    /// The new stored files beside the main one.
    fn new_files(
        &mut self,
        edited: Option<(&str, &[u8])>,
        old: Option<Kind>,
        new: Kind,
        everything: bool,
        saved: &mut Saved,
    ) -> Result<Vec<(PathBuf, Vec<u8>)>, SecretsError> {
        let mut made = Vec::new();
        let files = self.located.files.clone();
        if let Some((name, clear)) = edited
            && !files.iter().any(|(known, _)| known == name)
        {
            let path = locate::file_path(&self.located, &self.environment, new, name);
            let place = self.shown(&path);
            made.push((path, self.provider(new)?.encrypt(&place, clear)?));
        }
        let Some(old) = old else { return Ok(made) };
        for (name, old_path) in files {
            let old_place = self.shown(&old_path);
            let edited = edited.filter(|(edited, _)| *edited == name).map(|(_, clear)| clear);
            let stored = fs::read(&old_path)?;
            let mut is_needed = everything;
            if !is_needed && !stored.is_empty() && !self.provider(new)?.is_addressed(&old_place, &stored)? {
                saved.are_keys_changed = true;
                is_needed = true;
            }
            if !is_needed && edited.is_none() {
                continue;
            }
            let before: SecretBytes = match edited {
                // What cannot be read any more can still be given a new content.
                Some(clear) if is_needed => SecretBytes::from(clear.to_vec()),
                _ => decrypt(self.provider(old)?, &old_place, &stored)?,
            };
            let clear = edited.unwrap_or_else(|| before.expose_secret());
            if !is_needed && clear == before.expose_secret() {
                continue;
            }
            let path = match old.file_suffix() == new.file_suffix() {
                true => old_path,
                false => locate::file_path(&self.located, &self.environment, new, &name),
            };
            let place = self.shown(&path);
            made.push((path, self.provider(new)?.encrypt(&place, clear)?));
        }
        Ok(made)
    }

    /// What nobody reads any more once the changes are in place.
    fn converted(&self, old: Option<Kind>, new: Kind, changes: &Changes) -> Result<Vec<PathBuf>, SecretsError> {
        let directory = &self.located.directory;
        let mut removed = Vec::new();
        for kind in old.into_iter().chain(self.located.left_over).filter(|kind| *kind != new) {
            removed.push(match &self.located.main {
                Some((path, main)) if *main == kind => path.clone(),
                _ => locate::main_path(directory, kind),
            });
            if kind.file_suffix() != new.file_suffix() {
                removed.extend(locate::files_of(directory, kind)?.into_iter().map(|(_, path)| path));
                if kind.file_suffix() == Kind::Age.file_suffix() {
                    removed.push(directory.join(KEYS_FILE));
                }
            }
        }
        let is_written = |path: &PathBuf| {
            changes.before.iter().chain(&changes.main).chain(&changes.after).any(|(written, _)| written == path)
        };
        removed.retain(|path| !is_written(path) && fs::look(path).is_ok_and(|found| found.is_some()));
        removed.dedup();
        Ok(removed)
    }

    /// Files of the new format that do not come from the old one would suddenly count.
    fn refuse_in_the_way(&self, new: Kind) -> Result<(), SecretsError> {
        let is_ours = |name: &str| self.located.files.iter().any(|(known, _)| known == name);
        let paths: Vec<PathBuf> = locate::files_of(&self.located.directory, new)?
            .into_iter()
            .filter(|(name, _)| !is_ours(name))
            .map(|(_, path)| self.shown(&path))
            .collect();
        if paths.is_empty() { Ok(()) } else { Err(SecretsError::InTheWay { paths }) }
    }

    /// Nothing that somebody else wrote since it was read here may be lost.
    fn refuse_foreign_changes(&mut self, edited: Option<&str>) -> Result<(), SecretsError> {
        let before = self.located.main.clone();
        self.relocate()?;
        let changed = |path: PathBuf| Err(SecretsError::ChangedMeanwhile { path });
        if before != self.located.main {
            return changed(self.main_path());
        }
        if let (Some(main), Some((path, _))) = (&self.main, &self.located.main)
            && fs::read(path)? != main.stored
        {
            return changed(self.main_path());
        }
        if let Some(name) = edited
            && let Some(stored) = self.read_files.get(name)
        {
            match self.located.files.iter().find(|(known, _)| known == name) {
                Some((_, path)) if fs::read(path)? == *stored => {}
                Some((_, path)) => return changed(self.shown(path)),
                None => {
                    let path = locate::file_path(&self.located, &self.environment, Kind::Age, name);
                    return changed(self.shown(&path));
                }
            }
        }
        Ok(())
    }

    /// A file of a component has no settings of its own: its text is saved as it is, in our format.
    fn save_of_component(&mut self, text: &str, force: bool) -> Result<Saved, SecretsError> {
        let path = self.main_path();
        match Document::parse(text, &path) {
            // Its component reads it by other rules: the last one wins.
            Ok(_) | Err(DocumentError::DuplicateOption { .. } | DocumentError::DuplicateSection { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let _lock = self.lock_to_save()?;
        self.load_main()?;
        self.refuse_foreign_changes(None)?;
        if !force && self.main.as_ref().is_some_and(|main| main.clear.expose_secret() == text) {
            return Ok(Saved::default());
        }
        let provider = self.provider(Kind::Aes)?;
        provider.address(&[])?;
        let stored = provider.encrypt(&path, text.as_bytes())?;
        let target = self.surroundings.project.join(&path);
        let changes = Changes { main: Some((target, stored.clone())), ..Changes::default() };
        changes.put(&self.located.directory)?;
        self.relocate()?;
        self.main = Some(Main { stored, clear: SecretString::from(text) });
        debug_assert_eq!(self.located.layout, Layout::Component);
        Ok(Saved { written: vec![path], ..Saved::default() })
    }
}
