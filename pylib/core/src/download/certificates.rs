use std::io;
use std::path::Path;
use std::sync::Arc;

use ureq::tls::{RootCerts, TlsConfig};

use super::error::DownloadError;
use super::options::Verification;
use crate::http::trust::{self, Certificates};

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
        Verification::File(path) => builder.root_certs(RootCerts::Specific(from_file(path)?)).build(),
        Verification::System => {
            let bundle = BUNDLES.iter().find_map(|name| std::env::var_os(name).filter(|value| !value.is_empty()));
            let roots = match bundle {
                Some(path) => from_file(Path::new(&path))?,
                None => of_system()?,
            };
            builder.root_certs(RootCerts::Specific(roots)).build()
        }
    })
}

fn from_file(path: &Path) -> Result<Certificates, DownloadError> {
    trust::of_file(path).map_err(|source| DownloadError::Certificates { origin: path.display().to_string(), source })
}

fn of_system() -> Result<Certificates, DownloadError> {
    let system = trust::system();
    match system.problem {
        None => Ok(system.certificates),
        Some(problem) => {
            let source = io::Error::other(problem);
            Err(DownloadError::Certificates { origin: "the system".to_owned(), source })
        }
    }
}
