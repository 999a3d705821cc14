//! The native standard library of batou.
//!
//! Everything that touches disk, network, processes or templates is done here, in Rust, and is tested here without an
//! interpreter. Nothing in this crate prints, reads the terminal or ends the process: callers get values and errors.

pub mod archive;
pub mod checksum;
pub mod config;
pub mod download;
pub mod files;
mod float_repr;
pub mod fs;
pub mod http;
pub mod json;
pub mod lock;
pub mod net;
pub mod older_python;
pub mod packages;
pub mod passwords;
pub mod process;
pub mod progress;
pub mod redact;
pub mod secrets;
pub mod services;
pub mod shipping;
pub mod supervisor;
pub mod system;
pub mod templates;
pub mod vcs;
pub mod virtualenv;
pub mod yaml;
