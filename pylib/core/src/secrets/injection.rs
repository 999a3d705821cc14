//! What the secrets of an environment set in its model.

use std::collections::HashMap;

use secrecy::SecretString;

use super::document::{Document, Entry};
use super::{SecretBytes, SecretsError, Store, Surroundings, members};

/// Named values: options of a section.
pub type Values = Vec<(String, SecretString)>;

/// What the secrets of an environment set in its model, in the order of the file. Names are as they are written there; attributes
/// are found by the exact name first, then without regard to case. A name that is there twice in one list means the last value.
#[derive(Debug, Default)]
pub struct Injected {
    /// Overrides of root components, by the name of the component.
    pub components: Vec<(String, Values)>,
    /// Data of hosts, by the name of the host; the keys are without `data-`.
    pub hosts: Vec<(String, Values)>,
    /// Secret files by name.
    pub files: Vec<(String, SecretBytes)>,
    /// Attributes that are set in two sections of the same component, such as `[x]` and `[component:x]`. The first value is among
    /// the above.
    pub conflicts: Vec<Conflict>,
}

/// One attribute is set in two sections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The component.
    pub component: String,
    /// The attribute, as the second section spells it.
    pub attribute: String,
    /// The lines of both.
    pub lines: [usize; 2],
}

const HOST: &str = "host:";
const COMPONENT: &str = "component:";
const DATA: &str = "data-";

/// Decrypts the secrets of an environment. Without secrets everything is empty; a file of batou 0.2 sets nothing, because its
/// component asks for the values itself.
///
/// # Errors
/// If a file cannot be found, read, decrypted or understood.
pub fn load(environment: &str, surroundings: &Surroundings) -> Result<Injected, SecretsError> {
    from_store(&mut Store::open(environment, surroundings)?)
}

/// As [`load`], from a store that is open.
///
/// # Errors
/// Those of [`load`].
pub fn from_store(store: &mut Store) -> Result<Injected, SecretsError> {
    if store.is_of_component() {
        return Ok(Injected::default());
    }
    let Some(document) = store.document()? else { return Ok(Injected::default()) };
    let mut injected = of_document(&document);
    for name in store.files().to_vec() {
        let content = store.read_file(&name)?;
        injected.files.push((name, content));
    }
    Ok(injected)
}

fn of_document(document: &Document) -> Injected {
    let mut injected = Injected::default();
    // Of each component the lines of its attributes, without regard to case, and the section they are from.
    let mut lines: HashMap<(String, String), (usize, &str)> = HashMap::new();
    for section in document.sections().filter(|section| *section != members::SECTION) {
        if let Some(host) = section.strip_prefix(HOST) {
            let values = document.entries(section).map(|entry| (without_data(entry.name()), value(entry))).collect();
            injected.hosts.push((host.to_owned(), values));
            continue;
        }
        let component = section.replace(COMPONENT, "");
        let mut values = Vec::new();
        for entry in document.entries(section) {
            let key = (component.clone(), entry.name().to_lowercase());
            match lines.get(&key) {
                Some((line, other)) if *other != section => injected.conflicts.push(Conflict {
                    component: component.clone(),
                    attribute: entry.name().to_owned(),
                    lines: [*line, entry.line()],
                }),
                _ => {
                    lines.insert(key, (entry.line(), section));
                    values.push((entry.name().to_owned(), value(entry)));
                }
            }
        }
        match injected.components.iter_mut().find(|(known, _)| *known == component) {
            Some((_, known)) => known.append(&mut values),
            None => injected.components.push((component, values)),
        }
    }
    injected
}

fn value(entry: &Entry) -> SecretString {
    entry.value().into()
}

/// A host's key without the first `data-`, wherever it is, in any case.
fn without_data(name: &str) -> String {
    match name.to_ascii_lowercase().find(DATA) {
        Some(place) => format!("{}{}", &name[..place], &name[place + DATA.len()..]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use secrecy::ExposeSecret;

    use super::*;

    fn clear(values: &Values) -> Vec<(&str, &str)> {
        values.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect()
    }

    fn injected(text: &str) -> Injected {
        of_document(&Document::parse(text, Path::new("secrets.cfg")).unwrap())
    }

    #[test]
    fn components_are_named_with_or_without_their_prefix_and_keep_case() {
        let injected = injected("[batou]\nmembers = x\n[a]\nKey = 1\n[component:b]\nx =\n  y\n  z\n[DEFAULT]\nd = 1\n");
        let found: Vec<_> = injected.components.iter().map(|(name, values)| (name.as_str(), clear(values))).collect();
        assert_eq!(found, [("a", vec![("Key", "1")]), ("b", vec![("x", "\ny\nz")]), ("DEFAULT", vec![("d", "1")])]);
        assert!(injected.hosts.is_empty() && injected.conflicts.is_empty());
    }

    #[test]
    fn two_sections_of_a_component_are_merged_and_may_not_set_the_same() {
        let injected = injected("[x]\na = 1\n[y]\n[component:x]\nb = 2\nA = 3\n");
        assert_eq!(injected.components.len(), 2);
        assert_eq!(clear(&injected.components[0].1), [("a", "1"), ("b", "2")]);
        let expected = Conflict { component: "x".into(), attribute: "A".into(), lines: [2, 6] };
        assert_eq!(injected.conflicts, [expected]);
    }

    #[test]
    fn two_spellings_in_one_section_are_no_conflict() {
        let injected = injected("[x]\nk = 1\nK = 2\n");
        assert_eq!(clear(&injected.components[0].1), [("k", "1"), ("K", "2")]);
        assert!(injected.conflicts.is_empty());
    }

    #[test]
    fn the_data_of_hosts_loses_its_prefix_once_and_anywhere() {
        let injected = injected("[host:web1]\ndata-foo = 1\nbar = 2\nmy-data-x = 3\ndata-data-y = 4\nDATA-z = 5\n");
        assert_eq!(injected.hosts.len(), 1);
        assert_eq!(injected.hosts[0].0, "web1");
        let expected = [("foo", "1"), ("bar", "2"), ("my-x", "3"), ("data-y", "4"), ("z", "5")];
        assert_eq!(clear(&injected.hosts[0].1), expected);
        assert!(injected.components.is_empty());
    }
}
