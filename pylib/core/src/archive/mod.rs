//! Listing and unpacking of archives, without any program of the host.
//!
//! Every member's path is checked before anything is written, and the whole archive is read once before: a damaged one
//! changes nothing. What unpacking leaves is what `tar xf` and `unzip -o` leave, as tar and zip differ in details.

mod compression;
mod current;
mod error;
mod exclude;
mod format;
mod member;
mod path;
mod place;
mod tar;
mod unpack;
mod zip;

pub use current::are_current;
pub use error::{ArchiveError, Danger};
pub use format::Format;
pub use unpack::{UnpackOptions, names, unpack};
