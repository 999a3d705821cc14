//! The embedded Python.

mod build;
mod frozen;
mod leave;
pub mod name_services;
pub mod python;
pub mod report_module;

pub use build::{Options, build};
pub use leave::leave;
