//! What the core has to know of this process.

use std::{path::PathBuf, sync::Arc};

use batou_core::secrets::{Session, Surroundings};

use super::TerminalDialogue;
use crate::cli::names;

/// The variables and the home directory of this process, and its terminal, for the secrets of a project.
pub fn surroundings(project: PathBuf) -> Surroundings {
    Surroundings {
        project,
        home: names::HOME.value().filter(|home| !home.is_empty()).map(PathBuf::from),
        variables: Arc::new(|name: &str| std::env::var_os(name)),
        dialogue: Arc::new(TerminalDialogue),
        session: Session::default(),
    }
}
