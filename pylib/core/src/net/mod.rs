//! Host names and addresses.

mod getent;
mod local;
mod resolve;

pub use local::{is_this_machine, local_names};
pub use resolve::{Family, ResolveError, resolve};
