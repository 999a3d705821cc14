//! `batou secrets decrypttostdout`.

use std::path::Path;

use batou_core::secrets::decrypt_file;
use secrecy::ExposeSecret;

use super::project::{failure, here_or_anywhere, write};
use crate::cli::CommandError;

/// Writes the clear content of a file. git calls this outside of the project's directory, too, with the path of a copy.
pub(super) fn decrypt(file: &Path) -> Result<(), CommandError> {
    let surroundings = here_or_anywhere()?;
    let content = decrypt_file(file, &surroundings).map_err(|error| failure(&error))?;
    write(content.expose_secret())
}
