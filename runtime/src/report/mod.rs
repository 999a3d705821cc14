//! Renderers of the events of a run: text for a terminal and JSON lines.
//!
//! A [`Reporter`] is the only thing that the rest of the program sees: it takes [`crate::events::Event`]s, counts for
//! the summary and passes them to one [`Renderer`].

mod color;
mod duration;
mod heading;
mod json;
mod layout;
mod progress;
mod reporter;
mod tally;
mod terminal;
mod width;
mod wording;

#[cfg(test)]
mod terminal_tests;

pub use color::{ColorChoice, ColorSettings, uses_color};
pub use duration::format_duration;
pub use json::JsonRenderer;
pub use layout::{rule, visible};
pub use reporter::{Renderer, Reporter};
pub use tally::Tally;
pub use terminal::{TerminalOptions, TerminalRenderer};
pub use width::{DEFAULT_WIDTH, width};
pub use wording::error_report;
