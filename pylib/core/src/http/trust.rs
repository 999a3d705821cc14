//! What encrypted connections are made with: the cryptography and the certificates of the system.

use std::sync::{Arc, LazyLock};

use rustls::crypto::{CryptoProvider, ring};
use ureq::tls::Certificate;

/// The cryptography. It builds without cmake, unlike the usual choice.
pub(crate) fn cryptography() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| Arc::new(ring::default_provider()));
    PROVIDER.clone()
}

/// The certificates of the system.
pub(crate) struct SystemCertificates {
    /// Those that can be read. Plain HTTP works without any.
    pub certificates: Arc<Vec<Certificate<'static>>>,
    /// Why there is none.
    pub problem: Option<String>,
}

/// The certificates of the system, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`. They are read once.
pub(crate) fn system() -> &'static SystemCertificates {
    static LOADED: LazyLock<SystemCertificates> = LazyLock::new(|| {
        let found = rustls_native_certs::load_native_certs();
        let certificates: Vec<_> =
            found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
        let problem = certificates.is_empty().then(|| {
            found.errors.first().map_or_else(
                || "there are none; install the package ca-certificates or set SSL_CERT_FILE".to_owned(),
                ToString::to_string,
            )
        });
        SystemCertificates { certificates: Arc::new(certificates), problem }
    });
    &LOADED
}
