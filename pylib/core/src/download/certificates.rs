use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::error::DownloadError;
use super::options::Verification;

/// What environment variables name a file of certificates, as Python's requests reads them.
const BUNDLES: [&str; 2] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/// How encrypted connections are made.
pub(super) fn tls(verification: &Verification) -> Result<TlsConfig, DownloadError> {
    let builder =
        TlsConfig::builder().unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
    Ok(match verification {
        Verification::Off => {
            // Roots are given so that none are looked for.
            builder.disable_verification(true).root_certs(RootCerts::Specific(Arc::new(Vec::new()))).build()
        }
        Verification::File(path) => builder.root_certs(RootCerts::Specific(Arc::new(from_file(path)?))).build(),
        Verification::System => {
            let bundle = BUNDLES.iter().find_map(|name| std::env::var_os(name).filter(|value| !value.is_empty()));
            let roots = match bundle {
                Some(path) => Arc::new(from_file(Path::new(&path))?),
                None => of_system()?,
            };
            builder.root_certs(RootCerts::Specific(roots)).build()
        }
    })
}

fn from_file(path: &Path) -> Result<Vec<Certificate<'static>>, DownloadError> {
    let failed = |source| DownloadError::Certificates { origin: path.display().to_string(), source };
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| failed(io::Error::other(error.to_string())))?;
    if certificates.is_empty() {
        return Err(failed(io::Error::other("it holds no certificate")));
    }
    Ok(certificates.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect())
}

/// Those of the system are read once.
fn of_system() -> Result<Arc<Vec<Certificate<'static>>>, DownloadError> {
    static LOADED: OnceLock<Arc<Vec<Certificate<'static>>>> = OnceLock::new();
    if let Some(loaded) = LOADED.get() {
        return Ok(loaded.clone());
    }
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let reason = found.errors.first().map_or_else(
            || "there are none; install the package ca-certificates or set SSL_CERT_FILE".to_owned(),
            ToString::to_string,
        );
        let source = io::Error::other(reason);
        return Err(DownloadError::Certificates { origin: "the system".to_owned(), source });
    }
    let certificates = found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    Ok(LOADED.get_or_init(|| Arc::new(certificates)).clone())
}
