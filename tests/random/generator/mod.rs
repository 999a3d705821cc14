//! Random projects: what they consist of is decided here, from a seed alone.

mod attributes;
mod classes;
mod environment;
mod parts;
mod project;
mod python;
mod statements;
mod templates;
mod world;

pub use project::{Project, Style, generate};
