//! `batou secrets` and `secretsedit`.

mod arguments;
mod diff;
mod edit;
mod files;
mod members;
mod migrate;
mod project;
mod run;
mod secretsedit;
mod summary;
mod textconv;
mod values;
mod versions;

pub use arguments::{SecretsCommand, SecretsOptions};
pub use run::run_secrets;
pub use secretsedit::{SecretsEditArguments, run_secretsedit};
