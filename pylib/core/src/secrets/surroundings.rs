//! What secrets need of the world around: settings, and somebody to ask.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;

use super::Session;

/// Talks to the user. The core neither reads nor writes terminals.
pub trait Dialogue: Send + Sync {
    /// Asks for a text without showing it. The prompt comes as people read it, without colon or space at its end.
    ///
    /// # Errors
    /// [`NoAnswer`] says why there is none.
    fn ask_secret(&self, prompt: &str) -> Result<SecretString, NoAnswer>;

    /// Tells something in one line that needs no answer.
    fn warn(&self, text: &str);
}

/// A question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Nobody can be asked.
    #[error("there is no terminal to ask for it")]
    NoTerminal,
    /// The user ended the input, or the terminal failed.
    #[error("nothing was entered")]
    Ended(#[source] std::io::Error),
}

/// Looks an environment variable up.
pub type Variables = Arc<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// Where a command on secrets takes place. Clones share the dialogue, and the session.
#[derive(Clone)]
pub struct Surroundings {
    /// The project directory; relative names of configured files start here.
    pub project: PathBuf,
    /// The home directory, for `~` and the default keys.
    pub home: Option<PathBuf>,
    /// Environment variables.
    pub variables: Variables,
    /// The user.
    pub dialogue: Arc<dyn Dialogue>,
    /// What the command found out already.
    pub session: Session,
}
