//! The project on disk: finding it, starting one, and bringing an older one up to date.

mod find;
mod init;
mod migrate;
mod moves;
mod packages;
mod version;

pub use find::{LOCK_FILE, environments, find, find_if_any};
pub use init::{Started, init, is_here, shown};
pub use migrate::{Migration, Note, bootstrap, lock, version_warning};
pub use moves::Move;
pub use packages::{failure, import_path, package_directories, surroundings, tell_warnings};
pub use version::{CURRENT, FILE, ProjectVersion};
