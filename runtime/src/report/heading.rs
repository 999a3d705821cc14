//! Headings that wait for the first line below them.

use crate::events::Style;

/// The title of a section and its style.
pub(super) type Section = (String, Style);

/// The host and name of a root component.
pub(super) type Started = (String, String);

/// The headings that have not been shown yet. A step or component that has nothing to say leaves none in the output.
#[derive(Debug, Default)]
pub(super) struct Headings {
    section: Option<Section>,
    started: Vec<Started>,
}

impl Headings {
    /// A section begins; what waited so far had nothing to say.
    pub fn section(&mut self, title: &str, style: &Style) {
        self.started.clear();
        self.section = Some((title.to_owned(), style.clone()));
    }

    /// A root component begins.
    pub fn started(&mut self, host: &str, component: &str) {
        self.started.push((host.to_owned(), component.to_owned()));
    }

    /// A root component is done; if its heading still waits, it had nothing to say.
    pub fn finished(&mut self, host: &str, component: &str) {
        self.started.retain(|(started_host, started)| started_host != host || started != component);
    }

    /// Gives what waits: the section, then the root components in the order of their start.
    pub fn take(&mut self) -> (Option<Section>, Vec<Started>) {
        (self.section.take(), std::mem::take(&mut self.started))
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.section.is_none() && self.started.is_empty()
    }

    /// Forgets what waits.
    pub fn clear(&mut self) {
        self.section = None;
        self.started.clear();
    }
}
