//! Whom the native modules ask for passphrases, and where they look for keys.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

use batou_core::secrets::{Dialogue, NoAnswer, Session, Surroundings};
use secrecy::SecretString;

static DIALOGUE: OnceLock<Arc<dyn Dialogue>> = OnceLock::new();
/// The secrets of an environment and those of components of batou 0.2 may have their passphrase in common.
static SESSION: LazyLock<Session> = LazyLock::new(Session::default);

/// Says how to talk to the user, for the whole process. To be called before Python runs; later calls change nothing, as passphrases
/// may have been asked for already.
pub fn set_dialogue(dialogue: Arc<dyn Dialogue>) {
    // An error only says that there is one.
    drop(DIALOGUE.set(dialogue));
}

/// What secrets need of the world around: the variables and home of this process, and the dialogue of [`set_dialogue`]. Without one,
/// every question is answered with [`NoAnswer::NoTerminal`].
pub fn surroundings(base_dir: impl Into<PathBuf>) -> Surroundings {
    Surroundings {
        project: base_dir.into(),
        home: std::env::home_dir(),
        variables: Arc::new(|name| std::env::var_os(name)),
        dialogue: DIALOGUE.get().cloned().unwrap_or_else(|| Arc::new(Nobody)),
        session: SESSION.clone(),
    }
}

/// Stands in where the program that embeds the modules offers no dialogue.
struct Nobody;

impl Dialogue for Nobody {
    fn ask_secret(&self, _prompt: &str) -> Result<SecretString, NoAnswer> {
        Err(NoAnswer::NoTerminal)
    }

    fn warn(&self, _text: &str) {}
}
