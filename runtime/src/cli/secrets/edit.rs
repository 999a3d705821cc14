//! `batou secrets edit` and what `secretsedit` shares with it.

use std::path::Path;

use batou_core::secrets::{Store, Surroundings};
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::project::{absolute, failure, here, here_or_anywhere, known, tell, tell_saved};
use crate::{
    cli::{CommandError, names},
    secrets::{Editing, Exposure, Outcome},
};

/// Edits the settings or one file of an environment.
pub(super) fn edit_environment(
    environment: &str,
    file: Option<&str>,
    editor: Option<&str>,
) -> Result<(), CommandError> {
    let surroundings = here()?;
    known(environment, &surroundings)?;
    let store = Store::open(environment, &surroundings).map_err(|error| failure(&error))?;
    edit(store, file, editor, &surroundings)
}

/// Edits a file of batou 0.2.
pub(super) fn edit_path(path: &Path, editor: Option<&str>) -> Result<(), CommandError> {
    let surroundings = here_or_anywhere()?;
    let store = Store::open_path(&absolute(path)?, &surroundings).map_err(|error| failure(&error))?;
    edit(store, None, editor, &surroundings)
}

fn edit(
    mut store: Store,
    file: Option<&str>,
    editor: Option<&str>,
    surroundings: &Surroundings,
) -> Result<(), CommandError> {
    let exposure =
        Exposure::begin().map_err(|error| CommandError::failed("cannot handle signals").with_cause(&error))?;
    let _lock = store.lock().map_err(|error| failure(&error))?;
    let original = match file {
        None => store.read_main().map(|text| text.expose_secret().as_bytes().to_vec()),
        Some(name) => store.read_file(name).map(|content| content.expose_secret().to_vec()),
    };
    let editing = Editing {
        editor: editor.map_or_else(default_editor, str::to_owned),
        suffix: file.map_or_else(|| ".cfg".to_owned(), suffix),
        original: Zeroizing::new(original.map_err(|error| failure(&error))?),
    };
    let outcome = editing.run(&exposure, &|text| surroundings.dialogue.warn(text), &mut |content| {
        let saved = match file {
            None => store.save_main(text(content)?, false),
            Some(name) => store.save_file(name, content),
        };
        saved.map_err(|error| failure(&error))
    })?;
    match outcome {
        Outcome::Unchanged => tell("no changes: nothing was saved"),
        Outcome::Saved(saved) => tell_saved("", &saved),
        Outcome::Left => tell("left: nothing was saved"),
    }
}

fn text(content: &[u8]) -> Result<&str, CommandError> {
    std::str::from_utf8(content).map_err(|error| {
        let line = content[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        CommandError::failed(format!("line {line} is not UTF-8")).with_hint("have the editor save the text as UTF-8")
    })
}

fn default_editor() -> String {
    let editor = names::EDITOR.value().and_then(|editor| editor.into_string().ok());
    editor.filter(|editor| !editor.trim().is_empty()).unwrap_or_else(|| "vi".to_owned())
}

/// What tells an editor the kind of a secret file.
fn suffix(name: &str) -> String {
    let extension = Path::new(name).extension();
    extension.map_or_else(String::new, |extension| format!(".{}", extension.to_string_lossy()))
}
