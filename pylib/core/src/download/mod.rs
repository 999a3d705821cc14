//! Fetching files: HTTP and HTTPS, files of this machine, digests.
//!
//! What is fetched goes to a partial file beside the target, which a later attempt continues if the server can do that.
//! The target is touched only when the digest is right.

mod certificates;
mod digest;
mod error;
mod fetch;
mod http;
mod mask;
mod netrc;
mod options;
mod partial;
mod proxy;

pub use digest::{Function, digest_of};
pub use error::DownloadError;
pub use fetch::{Download, fetch, fetch_file, install};
pub(crate) use http::open;
pub use mask::masked;
pub use options::{HttpOptions, Verification};
