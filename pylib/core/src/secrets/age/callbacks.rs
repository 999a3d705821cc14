//! How plugins talk to the user.

use std::sync::Arc;

use secrecy::SecretString;

use crate::secrets::Dialogue;

/// Passes on what plugins say and ask.
#[derive(Clone)]
pub(super) struct PluginDialogue(pub(super) Arc<dyn Dialogue>);

impl ::age::Callbacks for PluginDialogue {
    fn display_message(&self, message: &str) {
        self.0.warn(message);
    }

    /// There is nobody to confirm anything; the plugin is told so and goes on without.
    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, description: &str) -> Option<SecretString> {
        self.0.ask_secret(description.trim().trim_end_matches(':')).ok()
    }
}
