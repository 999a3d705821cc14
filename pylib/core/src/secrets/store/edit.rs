//! Changes of single settings.

use secrecy::{ExposeSecret, SecretString};

use super::open::TEMPLATE;
use super::save::PROVIDER;
use super::{Saved, Store};
use crate::secrets::document::Document;
use crate::secrets::{Kind, SecretsError, members};

/// What the names of the sections of components may begin with.
const COMPONENT: &str = "component:";

impl Store {
    /// The members, in the order of the main file. Empty without secrets, and for formats without members.
    ///
    /// # Errors
    /// Those of [`Store::read_main`].
    pub fn members(&mut self) -> Result<Vec<String>, SecretsError> {
        if self.is_of_component() || self.kind() == Some(Kind::Aes) {
            return Ok(Vec::new());
        }
        Ok(self.document()?.and_then(|document| members::of(&document)).unwrap_or_default())
    }

    /// Adds a member, if it is not one yet, and saves.
    ///
    /// # Errors
    /// Those of [`Store::save_main`], and [`SecretsError::NoSecrets`].
    pub fn add_member(&mut self, member: &str) -> Result<Saved, SecretsError> {
        let mut list = self.members_to_change("have members")?;
        if !list.iter().any(|known| known == member) {
            list.extend(members::split(member));
        }
        self.save_members(&list)
    }

    /// Removes a member, if it is one, and saves.
    ///
    /// # Errors
    /// Those of [`Store::add_member`].
    pub fn remove_member(&mut self, member: &str) -> Result<Saved, SecretsError> {
        let mut list = self.members_to_change("have members")?;
        list.retain(|known| known != member);
        self.save_members(&list)
    }

    /// Encrypts everything anew if other keys than before can read it, or in any case with `force`.
    ///
    /// # Errors
    /// Those of [`Store::add_member`].
    pub fn reencrypt(&mut self, force: bool) -> Result<Saved, SecretsError> {
        if self.kind().is_none() {
            return Err(self.no_secrets());
        }
        let text = self.read_main()?;
        self.save_main(text.expose_secret(), force)
    }

    /// The value of one option of the main file. `key` is `SECTION.OPTION` or `SECTION:OPTION`; where it can be split in several
    /// ways, the longest section that has the option counts. Sections of components may be named with or without `component:`.
    ///
    /// # Errors
    /// [`SecretsError::NoSuchKey`], and those of [`Store::read_main`].
    pub fn get(&mut self, key: &str) -> Result<SecretString, SecretsError> {
        let document = self.document()?.ok_or_else(|| self.no_secrets())?;
        for (section, option) in splits(key) {
            for section in spellings(section) {
                if let Some(entry) = document.get(&section, option) {
                    return Ok(entry.value().into());
                }
            }
        }
        let mut known = Vec::new();
        for section in document.sections().filter(|section| *section != "batou") {
            known.extend(document.entries(section).map(|entry| format!("{section}.{}", entry.name())));
        }
        Err(SecretsError::NoSuchKey { path: self.main_path(), key: key.to_owned(), known })
    }

    /// Gives one option of the main file a value, and saves. Keys are those of [`Store::get`]. A new option goes to the end of its
    /// section, a new section to the end of the file.
    ///
    /// # Errors
    /// If the key is not of that form, if the value cannot be written there as it is, and those of [`Store::add_member`].
    pub fn set(&mut self, key: &str, value: &SecretString) -> Result<Saved, SecretsError> {
        let mut document = self.document()?.ok_or_else(|| self.no_secrets())?;
        let (section, option) =
            place_for(&document, key).ok_or_else(|| SecretsError::InvalidKey { key: key.to_owned() })?;
        document.set(&section, &option, value.expose_secret());
        let text = document.text();
        // Read back, because names and values can mean something else once they stand in a text.
        let reread = Document::parse(text.expose_secret(), document.file());
        match reread.as_ref().map(|document| document.get(&section, &option).map(|entry| entry.value())) {
            Ok(Some(written)) if written == value.expose_secret() => {}
            Ok(Some(_)) => return Err(SecretsError::ValueNotKept { key: key.to_owned() }),
            Ok(None) | Err(_) => return Err(SecretsError::InvalidKey { key: key.to_owned() }),
        }
        self.save_main(text.expose_secret(), false)
    }

    /// Changes the format. `members` replaces the list of members if it is given, for formats that do not know the same ones.
    ///
    /// # Errors
    /// Those of [`Store::add_member`]; a file of a component keeps its format.
    pub fn switch(&mut self, kind: Kind, members: Option<&[String]>) -> Result<Saved, SecretsError> {
        if self.is_of_component() {
            return Err(SecretsError::OfComponent { path: self.main_path(), action: "change its format" });
        }
        let mut document = self.document()?.ok_or_else(|| self.no_secrets())?;
        document.set(members::SECTION, PROVIDER, kind.name());
        if let Some(members) = members {
            members::write(&mut document, members);
        }
        self.save_main(document.text().expose_secret(), false)
    }

    /// The text of a new main file of a format, for an editor.
    pub fn template(kind: Kind) -> String {
        TEMPLATE.replace(Kind::Age.name(), kind.name())
    }

    fn no_secrets(&self) -> SecretsError {
        SecretsError::NoSecrets { environment: self.environment.clone() }
    }

    fn members_to_change(&mut self, action: &'static str) -> Result<Vec<String>, SecretsError> {
        if self.is_of_component() {
            return Err(SecretsError::OfComponent { path: self.main_path(), action });
        }
        let document = self.document()?.ok_or_else(|| self.no_secrets())?;
        Ok(members::of(&document).unwrap_or_default())
    }

    fn save_members(&mut self, list: &[String]) -> Result<Saved, SecretsError> {
        let mut document = self.document()?.ok_or_else(|| self.no_secrets())?;
        if members::of(&document).unwrap_or_default() != list {
            members::write(&mut document, list);
        }
        self.save_main(document.text().expose_secret(), false)
    }
}

/// The ways to split a key into section and option, the longest section first.
fn splits(key: &str) -> impl Iterator<Item = (&str, &str)> {
    key.rmatch_indices(['.', ':'])
        .map(|(place, sign)| (&key[..place], &key[place + sign.len()..]))
        .filter(|(section, option)| !section.is_empty() && !option.is_empty())
}

/// A section of a component can be written in two ways.
fn spellings(section: &str) -> [String; 2] {
    let other = match section.strip_prefix(COMPONENT) {
        Some(bare) => bare.to_owned(),
        None => format!("{COMPONENT}{section}"),
    };
    [section.to_owned(), other]
}

/// Where a value goes: to an option that is there, else to a section that is there, else to a new one.
fn place_for(document: &Document, key: &str) -> Option<(String, String)> {
    let all = || splits(key).flat_map(|(section, option)| spellings(section).map(|section| (section, option)));
    let (section, option) = all()
        .find(|(section, option)| document.get(section, option).is_some())
        .or_else(|| all().find(|(section, _)| document.has_section(section)))
        .or_else(|| all().next())?;
    let name = document.get(&section, option).map_or(option, |entry| entry.name());
    Some((section, name.to_owned()))
}
