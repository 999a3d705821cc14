//! Files encrypted by the user's gpg program and agent.

mod error;
mod program;
mod provider;
#[cfg(test)]
mod provider_tests;
mod status;

pub use error::{GpgError, MemberProblem};
pub use provider::GpgProvider;
