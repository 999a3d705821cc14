//! One request over HTTP(S), with the certificates of the system. Redirects, cookies and credentials are the caller's.

pub(crate) mod credentials;
mod deflate;
mod error;
mod exchange;
pub(crate) mod trust;

pub use error::HttpError;
pub use exchange::{Answer, ClientCertificate, Options, request};
