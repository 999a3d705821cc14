//! The embedded Python.

mod build;
mod bundled;
mod frozen;
pub mod name_services;
pub mod python;
pub mod report_module;
mod tls;
mod wind_down;

pub use build::{Options, build, import_from};
pub use wind_down::wind_down;
