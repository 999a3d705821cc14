//! `batou secrets migrate`.

use batou_core::secrets::{Kind, Store};

use super::project::{failure, here, known, tell_saved};
use crate::cli::CommandError;

/// Stores the secrets of an environment in another format.
pub(super) fn migrate(environment: &str, to: Kind, members: &[String]) -> Result<(), CommandError> {
    if to == Kind::Aes && !members.is_empty() {
        return Err(CommandError::usage("the format aes has a passphrase and no members")
            .with_hint("leave out the option --member"));
    }
    let surroundings = here()?;
    known(environment, &surroundings)?;
    let mut store = Store::open(environment, &surroundings).map_err(|error| failure(&error))?;
    let _lock = store.lock().map_err(|error| failure(&error))?;
    let members = (!members.is_empty()).then_some(members);
    tell_saved("", &store.switch(to, members).map_err(|error| failure(&error))?)
}
