//! `batou secrets add`, `remove` and `reencrypt`, over several environments.

use batou_core::secrets::{EditLock, Saved, SecretsError, Store, Surroundings};

use super::arguments::Selection;
use super::project::{failure_of, here, known, tell, tell_saved};
use crate::{
    cli::{CommandError, ErrorKind, print_error},
    project::environments,
};

/// What is to be done to each environment.
pub(super) enum Change<'key> {
    /// A member more.
    Add(&'key str),
    /// A member less.
    Remove(&'key str),
    /// The same members.
    Reencrypt {
        /// Also if nothing has changed.
        force: bool,
    },
}

impl Change<'_> {
    fn make(&self, store: &mut Store) -> Result<Saved, SecretsError> {
        match self {
            Change::Add(key) => store.add_member(key),
            Change::Remove(key) => store.remove_member(key),
            Change::Reencrypt { force } => store.reencrypt(*force),
        }
    }
}

/// Changes all selected environments, after all of them were locked and decrypted: a key that is missing for one of them leaves
/// all as they were.
pub(super) fn change(selection: &Selection, change: &Change<'_>) -> Result<(), CommandError> {
    let surroundings = here()?;
    let selected = match &selection.environments {
        Some(names) => names.clone(),
        None => environments(&surroundings.project),
    };
    selected.iter().try_for_each(|name| known(name, &surroundings))?;
    let mut ready = Vec::new();
    let mut failed = Failures::default();
    for name in &selected {
        match prepared(name, &surroundings) {
            Ok(Some(store)) => ready.push((name, store)),
            Ok(None) => tell(&format!("{name}: skipped, it has no secrets"))?,
            Err(error) => failed.add(failure_of(name, &error)),
        }
    }
    failed.finish("nothing was changed")?;
    // No error, as a removal that was interrupted may have come so far; it is completed below.
    if let Change::Remove(key) = change
        && !ready.is_empty()
        && !ready.iter_mut().any(|(_, (store, _))| is_member(store, key))
    {
        surroundings.dialogue.warn(&format!(
            "`{key}` is a member of none of these environments; `batou secrets summary` lists them as they are written"
        ));
    }
    let mut failed = Failures::default();
    let mut done = 0;
    for (name, (mut store, _lock)) in ready {
        match change.make(&mut store) {
            Ok(saved) => {
                done += 1;
                tell_saved(&format!("{name}: "), &saved)?;
            }
            Err(error) => failed.add(failure_of(name, &error)),
        }
    }
    failed.finish(if done == 0 { "nothing was changed" } else { "the other environments are done" })
}

fn is_member(store: &mut Store, key: &str) -> bool {
    store.members().is_ok_and(|members| members.iter().any(|member| member == key))
}

fn prepared(name: &str, surroundings: &Surroundings) -> Result<Option<(Store, EditLock)>, SecretsError> {
    let mut store = Store::open(name, surroundings)?;
    if store.kind().is_none() {
        return Ok(None);
    }
    let lock = store.lock()?;
    store.members()?;
    Ok(Some((store, lock)))
}

#[derive(Default)]
struct Failures(Vec<CommandError>);

impl Failures {
    fn add(&mut self, error: CommandError) {
        self.0.push(error);
    }

    fn finish(mut self, rest: &str) -> Result<(), CommandError> {
        let Some(last) = self.0.pop() else { return Ok(()) };
        for error in &self.0 {
            print_error(error, None, false, &mut std::io::stderr());
        }
        let is_interrupted = last.kind == ErrorKind::Interrupted;
        Err(if is_interrupted { last } else { last.with_hint(rest) })
    }
}
