//! Encrypted connections of Python code.

use rustls::crypto::ring;
use rustpython_host_env::ssl::providers::CryptoExt;

/// Gives the interpreter's `ssl` its cryptography. Only the first call in a process counts.
pub fn install_provider() {
    let extension = CryptoExt {
        all_cipher_suites: Some(ring::ALL_CIPHER_SUITES),
        default_cipher_suites: Some(ring::DEFAULT_CIPHER_SUITES),
        all_kx_groups: Some(ring::ALL_KX_GROUPS),
        any_supported_key: Some(ring::sign::any_supported_type),
        ticketer: ring::Ticketer::new,
    };
    // Refused only if a provider is there already, and that is this one.
    let _ = CryptoExt::set_provider(ring::default_provider(), extension);
}
