//! What the files of a virtual environment tell about it, without starting its interpreter.
//!
//! Every answer is certain or none at all: who gets none asks the interpreter.

mod distribution;
mod installed;
mod layout;
mod state;
mod version;

pub use distribution::name;
pub use installed::installed_version;
pub use state::{State, state};
pub use version::is_version;
