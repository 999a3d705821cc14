//! The one stream of typed events that a run emits.
//!
//! Whatever happens in a run is one [`Event`]: plain owned data, no reference to the model and no formatting.
//! Terminal text, JSON lines and the summary are made from it by [`crate::report`]; nothing else prints.

mod action;
mod event;
mod style;

pub use action::{Action, CheckedParts, Durations, NotChecked, Outcome};
pub use event::{Event, SkipReason};
pub use style::{Icon, Markup, Style, UnknownMarkup};
