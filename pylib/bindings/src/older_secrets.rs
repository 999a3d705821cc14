//! `_batou_older_secrets`: the files of the component `Secrets` of batou 0.2.

pub(crate) use _batou_older_secrets::module_def;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use batou_core::secrets::passphrase::PassphraseProvider;
use batou_core::secrets::{SecretBytes, SecretsError};

use crate::dialogue::surroundings;

/// One provider a project, so that each passphrase is asked for once however many components read its files.
static PROVIDERS: LazyLock<Mutex<HashMap<PathBuf, PassphraseProvider>>> = LazyLock::new(Mutex::default);

/// The clear content of a file of 0.2, or of one that was saved since. A file of 0 bytes is an empty text, which needs no passphrase.
fn open(project: &Path, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError> {
    if stored.is_empty() {
        return Ok(SecretBytes::default());
    }
    let mut providers = PROVIDERS.lock().unwrap_or_else(PoisonError::into_inner);
    providers
        .entry(project.to_path_buf())
        .or_insert_with(|| PassphraseProvider::new(&surroundings(project)))
        .decrypt_of_any_age(path, stored)
}

#[rustpython_vm::pymodule]
mod _batou_older_secrets {
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};
    use secrecy::ExposeSecret;

    use crate::error::{exception_from, with_causes};
    use crate::files::path;

    /// The text in an encrypted file of a project; a `SecretsFileError` with message and hint if there is none.
    #[pyfunction]
    fn read(project: PyObjectRef, file: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
        let (project, file) = (path(&project, vm)?, path(&file, vm)?);
        let refuse = |text: String, hint: Option<String>| {
            exception_from("batou.lib.secrets", "SecretsFileError", (text, hint), vm)
        };
        let stored = std::fs::read(&file).map_err(|error| {
            let hint = format!("create it with `secretsedit {}`", file.display());
            refuse(format!("cannot read {}: {error}", file.display()), Some(hint))
        })?;
        let clear = super::open(&project, &file, &stored).map_err(|error| refuse(with_causes(&error), error.hint()))?;
        match std::str::from_utf8(clear.expose_secret()) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(refuse(format!("{} is not UTF-8", file.display()), None)),
        }
    }
}
