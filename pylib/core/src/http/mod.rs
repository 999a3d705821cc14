//! One request over HTTP(S), with the certificates of the system. Redirects, cookies and credentials are the caller's.

mod error;
mod exchange;

pub use error::HttpError;
pub use exchange::{Answer, ClientCertificate, Options, request};
