//! `batou secrets diff`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};

use batou_core::fs;
use batou_core::secrets::{Dialogue, NoAnswer, SecretBytes, Surroundings, decrypt_file};
use secrecy::{ExposeSecret, SecretString};
use similar::TextDiff;

use super::project::{failure, here, tell, write};
use super::versions::{Stored, Version};
use crate::{
    cli::{CommandError, names},
    report::visible,
    secrets::Exposure,
};

/// Shows what changed between two revisions, or since one.
pub(super) fn diff(environment: &str, old: &str, new: Option<&str>, only_names: bool) -> Result<(), CommandError> {
    let mut surroundings = here()?;
    surroundings.dialogue = Arc::new(Remembering::new(Arc::clone(&surroundings.dialogue)));
    let versions = [Version::open(&surroundings.project, Some(old))?, Version::open(&surroundings.project, new)?];
    let files = [versions[0].files(environment)?, versions[1].files(environment)?];
    if files.iter().all(BTreeMap::is_empty) {
        return Err(CommandError::failed(format!("environment {environment} has no secrets in either of them")));
    }
    let exposure =
        Exposure::begin().map_err(|error| CommandError::failed("cannot handle signals").with_cause(&error))?;
    let clear = |stored: Option<&Stored>, version: &Version| match stored {
        Some(stored) => decrypt(stored, version, &surroundings, &exposure).map(Some),
        None => Ok(None),
    };
    let shows_text = !only_names && io::stdout().is_terminal();
    let every: BTreeSet<&Option<String>> = files.iter().flat_map(BTreeMap::keys).collect();
    let mut is_same = true;
    for name in every {
        let stored = [files[0].get(name), files[1].get(name)];
        if let [Some(old), Some(new)] = stored
            && old.content == new.content
        {
            continue;
        }
        let contents = [clear(stored[0], &versions[0])?, clear(stored[1], &versions[1])?];
        let [old, new] = contents.each_ref().map(|content| content.as_ref().map(ExposeSecret::expose_secret));
        if old.unwrap_or_default() == new.unwrap_or_default() {
            continue;
        }
        is_same = false;
        if shows_text {
            let labels = [0, 1].map(|side| {
                stored[side].map_or_else(|| "/dev/null".to_owned(), |stored| versions[side].label(&stored.path))
            });
            show(old.unwrap_or_default(), new.unwrap_or_default(), &labels)?;
        } else {
            changed_names(name.as_deref(), old, new).iter().try_for_each(|line| tell(line))?;
        }
    }
    if is_same { tell("no differences") } else { Ok(()) }
}

/// The clear content of a file, by a copy of what is encrypted: older layouts have no name that tells the format.
fn decrypt(
    stored: &Stored,
    version: &Version,
    surroundings: &Surroundings,
    exposure: &Exposure,
) -> Result<SecretBytes, CommandError> {
    if stored.content.is_empty() {
        return Ok(SecretBytes::from(Vec::new()));
    }
    let path = surroundings.project.join(&stored.path);
    let is_there = matches!(version, Version::Now(_)) && path.ends_with(&stored.decryptable_name);
    let clear = if is_there {
        decrypt_file(&path, surroundings)
    } else {
        let place = names::XDG_RUNTIME_DIR.value().map(Into::into).into_iter().collect::<Vec<_>>();
        let cannot = |cause: &dyn std::error::Error| {
            CommandError::failed("cannot put the encrypted file into a temporary directory").with_cause(cause)
        };
        let directory = exposure.directory(&place, &std::env::temp_dir()).map_err(|error| cannot(&error))?;
        let copy = directory.path().join(&stored.decryptable_name);
        fs::replace(&copy, &stored.content, Some(0o600)).map_err(|error| cannot(&error))?;
        decrypt_file(&copy, surroundings)
    };
    clear.map_err(|error| {
        let mut failed = failure(&error);
        failed.message = format!("{}: {}", version.label(&stored.path), failed.message);
        failed
    })
}

fn show(old: &[u8], new: &[u8], labels: &[String; 2]) -> Result<(), CommandError> {
    let (Ok(old), Ok(new)) = (std::str::from_utf8(old), std::str::from_utf8(new)) else {
        return tell(&format!("Binary files {} and {} differ", labels[0], labels[1]));
    };
    let difference = TextDiff::from_lines(old, new);
    let text = difference.unified_diff().context_radius(3).header(&labels[0], &labels[1]).to_string();
    write(visible(&text).as_bytes())
}

/// What changed, without any value.
fn changed_names(name: Option<&str>, old: Option<&[u8]>, new: Option<&[u8]>) -> Vec<String> {
    let verb = |was_there: bool, is_there: bool| match (was_there, is_there) {
        (false, _) => "added",
        (_, false) => "removed",
        _ => "changed",
    };
    if let Some(name) = name {
        return vec![format!("{} file:{name}", verb(old.is_some(), new.is_some()))];
    }
    let [old, new] = [old, new].map(|text| options(&String::from_utf8_lossy(text.unwrap_or_default())));
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = keys.into_iter().filter(|key| old.get(*key) != new.get(*key));
    let lines: Vec<String> =
        changed.map(|key| format!("{} {key}", verb(old.contains_key(key), new.contains_key(key)))).collect();
    if lines.is_empty() { vec!["changed comments or blank lines only".to_owned()] } else { lines }
}

/// The options of a main file by SECTION.OPTION. Any text is understood: an older revision may be broken.
fn options(text: &str) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    let (mut section, mut key) = (String::new(), None);
    for line in text.lines() {
        let is_continued = line.starts_with([' ', '\t']) || line.trim().is_empty();
        if line.starts_with(['#', ';']) {
        } else if let (true, Some(key)) = (is_continued, &key) {
            let value: &mut String = options.entry(String::clone(key)).or_default();
            value.push('\n');
            value.push_str(line.trim());
        } else if let Some(end) = line.strip_prefix('[').and_then(|rest| rest.rfind(']')) {
            section = line[1..=end].trim().to_owned();
            key = None;
        } else if let Some((name, value)) = line.split_once(['=', ':']) {
            let name = format!("{section}.{}", name.trim());
            options.insert(name.clone(), value.trim().to_owned());
            key = Some(name);
        }
    }
    for value in options.values_mut() {
        value.truncate(value.trim_end().len());
    }
    options
}

/// Asks each question once: every file is decrypted by itself.
struct Remembering {
    dialogue: Arc<dyn Dialogue>,
    answers: Mutex<BTreeMap<String, SecretString>>,
}

impl Remembering {
    fn new(dialogue: Arc<dyn Dialogue>) -> Self {
        Self { dialogue, answers: Mutex::default() }
    }
}

impl Dialogue for Remembering {
    fn ask_secret(&self, prompt: &str) -> Result<SecretString, NoAnswer> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(prompt) {
            return Ok(answer.clone());
        }
        let answer = self.dialogue.ask_secret(prompt)?;
        answers.insert(prompt.to_owned(), answer.clone());
        Ok(answer)
    }

    fn warn(&self, text: &str) {
        self.dialogue.warn(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_what_changed_hold_no_values() {
        let old = "[batou]\nmembers = a\n[hello]\nx = canary one\ny: 2\n# note\nkey =\n    line\n    line\n";
        let new = "[batou]\nmembers = a\n[hello]\nx = canary two\nkey = \n  line\n\n  other\n[host:web]\nz=3\n";
        let lines = changed_names(None, Some(old.as_bytes()), Some(new.as_bytes()));
        assert_eq!(lines, ["changed hello.key", "changed hello.x", "removed hello.y", "added host:web.z"]);
        assert_eq!(
            changed_names(None, Some(b"[a]\nb=1"), Some(b"# c\n[a]\nb=1")),
            ["changed comments or blank lines only"]
        );
        assert_eq!(changed_names(Some("key"), None, Some(b"x")), ["added file:key"]);
        assert_eq!(changed_names(Some("key"), Some(b"x"), Some(b"")), ["changed file:key"]);
        assert_eq!(changed_names(Some("key"), Some(b"x"), None), ["removed file:key"]);
    }
}
