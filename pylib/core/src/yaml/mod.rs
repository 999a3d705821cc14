//! YAML 1.1 as the Python package PyYAML reads and writes it with its safe loader and dumper.
//!
//! A [`document::Document`] is what both have in common: values that may occur in several places. [`load`] makes one of a
//! text and [`dump`] a text of one; [`resolve`] knows what plain text means. The parser comes from `libyaml-safer`; the
//! emitter is our own, as that of libyaml folds and escapes long texts differently from PyYAML's.

pub mod document;
pub mod dump;
pub mod load;
pub mod resolve;

mod emitter;
mod scalar;
mod timestamp;
