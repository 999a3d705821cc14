//! The embedded Python.

mod build;
mod frozen;
pub mod name_services;
pub mod python;
pub mod report_module;

pub use build::{Options, build};
