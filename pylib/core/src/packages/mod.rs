//! The packages of a project: `requirements.txt` and `requirements.lock`, without pip and without Python.
//!
//! [`select`] is what a deployment asks: the directories to import from. A lock is followed to the letter; without one
//! versions are chosen and written down. Wheels are kept by content in the cache directory of the user and unpacked once,
//! so a second run touches neither the network nor a wheel.

mod checksum;
mod conflict;
mod environment;
mod error;
mod http;
mod index;
mod index_page;
mod index_settings;
mod interface;
mod local;
mod local_metadata;
mod lock_file;
mod mask;
mod metadata;
mod provided;
mod requirement;
mod requirement_file;
mod requirement_text;
mod resolver;
mod select;
mod selection;
mod setup_py;
mod stamp;
mod store;
mod surroundings;
#[cfg(test)]
mod test_index;
#[cfg(test)]
mod tests;
mod wheel;

pub use checksum::{Algorithm, Checksum};
pub use error::{PackageError, Place, Reason};
pub use index_settings::IndexSettings;
pub use interface::{
    InvalidText, RequirementParts, VersionParts, allows, compare_versions, marker_holds, requirement_parts,
    version_parts,
};
pub use mask::masked;
pub use metadata::Metadata;
pub use pep508_rs::PackageName;
pub use provided::{PROVIDED, is_provided};
pub use requirement_file::Requirements;
pub use select::{LOCK, LockPolicy, REQUIREMENTS, Update, VersionChange, select, update};
pub use selection::{Need, Package, PackageOrigin, Selection, Skipped};
pub use surroundings::{Progress, Surroundings, Variable};
