//! What encrypted connections are made with: the cryptography, and the certificates of those who are trusted.

use std::{
    env,
    ffi::OsString,
    io,
    path::Path,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use rustls::{
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject as _},
};
use ureq::tls::Certificate;

/// What the certificates of the system are read from, instead of the usual places.
pub(crate) const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Certificates that connections share.
pub(crate) type Certificates = Arc<Vec<Certificate<'static>>>;

/// The cryptography. It builds without cmake, unlike the usual choice.
pub(crate) fn cryptography() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| Arc::new(ring::default_provider()));
    PROVIDER.clone()
}

/// The certificates of the system.
#[derive(Clone)]
pub(crate) struct SystemCertificates {
    /// Those that can be read. Plain HTTP works without any.
    pub certificates: Certificates,
    /// Why there is none.
    pub problem: Option<String>,
}

/// The certificates of the system, or those that the environment names. As reading them takes some time, they are read
/// again only if the environment, which definitions may change, names others.
pub(crate) fn system() -> SystemCertificates {
    type Named = [Option<OsString>; VARIABLES.len()];
    static READ: Mutex<Option<(Named, SystemCertificates)>> = Mutex::new(None);
    let named = VARIABLES.map(env::var_os);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    match read.as_ref() {
        Some((before, certificates)) if *before == named => certificates.clone(),
        _ => read.insert((named, read_system())).1.clone(),
    }
}

fn read_system() -> SystemCertificates {
    let found = rustls_native_certs::load_native_certs();
    let problem = found.certs.is_empty().then(|| {
        found.errors.first().map_or_else(
            || "there are none; install the package ca-certificates or set SSL_CERT_FILE".to_owned(),
            ToString::to_string,
        )
    });
    SystemCertificates { certificates: owned(&found.certs), problem }
}

/// The certificates of a file in the form of PEM.
///
/// # Errors
/// A file that cannot be read, or holds none.
pub(crate) fn of_file(path: &Path) -> io::Result<Certificates> {
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| io::Error::other(error.to_string()))?;
    if certificates.is_empty() {
        return Err(io::Error::other("it holds no certificate"));
    }
    Ok(owned(&certificates))
}

fn owned(certificates: &[CertificateDer<'_>]) -> Certificates {
    Arc::new(certificates.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect())
}
