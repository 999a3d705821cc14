use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::error::DownloadError;
use super::options::Verification;
use crate::http::trust;

/// What environment variables name a file of certificates, as Python's requests reads them.
const BUNDLES: [&str; 2] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/// How encrypted connections are made.
pub(super) fn tls(verification: &Verification) -> Result<TlsConfig, DownloadError> {
    let builder = TlsConfig::builder().unversioned_rustls_crypto_provider(trust::cryptography());
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

fn of_system() -> Result<Arc<Vec<Certificate<'static>>>, DownloadError> {
    let system = trust::system();
    match &system.problem {
        None => Ok(system.certificates.clone()),
        Some(problem) => {
            let source = io::Error::other(problem.as_str());
            Err(DownloadError::Certificates { origin: "the system".to_owned(), source })
        }
    }
}
