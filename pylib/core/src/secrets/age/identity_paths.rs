//! Where private keys are.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use crate::secrets::Surroundings;

/// What ssh looks for, in this order.
const DEFAULTS: [&str; 6] = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_dsa"];

/// The files with identities, in the order in which they are tried, and whether the user named them. Not all need exist.
pub(super) fn identity_paths(surroundings: &Surroundings) -> (Vec<PathBuf>, bool) {
    let listed = (surroundings.variables)("BATOU_AGE_IDENTITIES").unwrap_or_default();
    let home = surroundings.home.as_deref();
    let named: Vec<_> = listed
        .as_bytes()
        .split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
        .filter(|name| !name.is_empty())
        .map(|name| surroundings.project.join(expanded(OsStr::from_bytes(name), home)))
        .collect();
    if !named.is_empty() {
        return (named, true);
    }
    let folder = home.map(|home| home.join(".ssh"));
    (folder.iter().flat_map(|folder| DEFAULTS.iter().map(|name| folder.join(name))).collect(), false)
}

fn expanded(name: &OsStr, home: Option<&Path>) -> PathBuf {
    match (Path::new(name).strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(name),
    }
}
