//! The clear text of a main file: sections, options and everything between, kept as it is written.
//!
//! The grammar is that of Python's `ConfigParser` as ConfigUpdater reads it. Nothing is interpolated, nothing inherited, and names
//! keep their case. What is not changed is given back byte for byte.

mod change;
mod error;
mod parser;
#[cfg(test)]
mod tests;
mod text;

pub use error::DocumentError;
pub(in crate::secrets) use text::utf8;
pub use text::{Document, Entry};
