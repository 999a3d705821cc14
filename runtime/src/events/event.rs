//! The events themselves.

use serde::{Deserialize, Serialize};

use super::{Action, CheckedParts, Durations, Icon, Markup, NotChecked, Outcome, Style};

/// Why a component is not deployed on a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// The environment marks the host as ignored.
    HostIgnored,
    /// The environment marks the component as ignored on this host.
    ComponentIgnored,
}

/// Something that happened in a run.
///
/// The serialized form is a JSON object whose member `event` holds the name of the variant in kebab-case.
/// Members that hold nothing (no style, no icon, not a debug line) are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run begins; the first event.
    RunStarted {
        /// The name of the program, for example `batou-local`.
        program: String,
        /// The version of the program.
        version: String,
        /// The environment that is worked on.
        environment: String,
        /// What the run does.
        action: Action,
        /// Whether it takes the state of this machine for that of all hosts.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        local: bool,
    },
    /// A step of the run begins. The terminal shows the heading with the first line below it, so a step that has
    /// nothing to say shows none. A heading that must be seen in any case is a [`Event::Rule`].
    Section {
        /// The heading.
        title: String,
        /// Emphasis and colour.
        #[serde(default, skip_serializing_if = "Style::is_plain")]
        style: Style,
    },
    /// A line across the terminal with a title in its middle, shown at once.
    Rule {
        /// What the line is drawn with.
        character: String,
        /// The title.
        title: String,
        /// Emphasis and colour.
        #[serde(default, skip_serializing_if = "Style::is_plain")]
        style: Style,
    },
    /// A single step, `CONTEXT: MESSAGE`.
    Step {
        /// The host, or `main`.
        context: String,
        /// What is done.
        message: String,
        /// The symbol in front.
        #[serde(default, skip_serializing_if = "Icon::is_absent")]
        icon: Icon,
        /// Whether it is shown in debug mode only.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        debug: bool,
        /// Emphasis and colour.
        #[serde(default, skip_serializing_if = "Style::is_plain")]
        style: Style,
    },
    /// Free text of one or more lines.
    Line {
        /// The text without the last line end.
        text: String,
        /// The symbol in front.
        #[serde(default, skip_serializing_if = "Icon::is_absent")]
        icon: Icon,
        /// Whether it is shown in debug mode only.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        debug: bool,
        /// Emphasis and colour.
        #[serde(default, skip_serializing_if = "Style::is_plain")]
        style: Style,
    },
    /// A named value, as the report of an error lists them.
    Field {
        /// The name.
        key: String,
        /// The value.
        value: String,
        /// What stands between name and value.
        separator: String,
        /// Whether it is shown in debug mode only.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        debug: bool,
        /// Emphasis and colour.
        #[serde(default, skip_serializing_if = "Style::is_plain")]
        style: Style,
    },
    /// A component differs from its description and is updated, or would be in a prediction.
    Change {
        /// The host.
        host: String,
        /// The component with its parents, as in `Root > File('a')`.
        component: String,
    },
    /// How the content of a file differs from what it is to be, as far as it may be shown.
    Difference {
        /// The name of the file, without its directory.
        file: String,
        /// Lines of a unified diff.
        lines: Vec<String>,
    },
    /// A root component is about to be verified and updated.
    ComponentStarted {
        /// The host.
        host: String,
        /// The name of the root component.
        component: String,
    },
    /// A root component is left out.
    ComponentSkipped {
        /// The host.
        host: String,
        /// The name of the root component.
        component: String,
        /// Why.
        reason: SkipReason,
    },
    /// A root component is done. Without this event after the start, the component failed.
    ComponentFinished {
        /// The host.
        host: String,
        /// The name of the root component.
        component: String,
        /// Whether it, or a component below it, was updated (or would be).
        changed: bool,
    },
    /// How far the run is.
    Progress {
        /// How many root components are done.
        done: usize,
        /// How many root components there are.
        total: usize,
        /// The host of the current one.
        host: String,
        /// The current root component.
        component: String,
    },
    /// How far the long work of the current component is, such as a download. For people who watch: other output has none of
    /// it.
    Activity {
        /// The work, and how far it is.
        text: String,
    },
    /// A component that took long; all times in seconds.
    Slow {
        /// The host.
        host: String,
        /// The component with its parents.
        component: String,
        /// The whole time.
        total: f64,
        /// The time of its own `verify`, if that was called.
        verify: Option<f64>,
        /// The time of its own `update`, if that was called.
        update: Option<f64>,
        /// The time of its sub-components, if it has any.
        sub: Option<f64>,
    },
    /// Something to look at that does not end the run.
    Warning {
        /// The text.
        message: String,
    },
    /// Something failed. Fields and lines that follow belong to the same report.
    Error {
        /// What failed.
        message: String,
        /// Why, the nearest reason first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        causes: Vec<String>,
        /// What to do about it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hints: Vec<String>,
    },
    /// What a definition printed on its own; need not be whole lines.
    Output {
        /// The text with its line ends.
        text: String,
    },
    /// What was done, in numbers of root components; see [`crate::report::Tally::summary`].
    Summary {
        /// What the run did.
        action: Action,
        /// Updated, or to be updated in a prediction.
        changed: usize,
        /// Found as described.
        unchanged: usize,
        /// Left out because they are ignored.
        skipped: usize,
        /// Started but not finished.
        failed: usize,
        /// Not started because the run ended before.
        not_started: usize,
        /// The times.
        durations: Durations,
    },
    /// An environment has been checked.
    Checked {
        /// The environment.
        environment: String,
        /// What was checked.
        #[serde(flatten)]
        parts: CheckedParts,
        /// How many errors were found; each is an event of its own before.
        errors: usize,
        /// What was not checked.
        not_checked: NotChecked,
    },
    /// The run is over; the last event.
    Finished {
        /// What the run did.
        action: Action,
        /// Whether it took the state of this machine for that of all hosts.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        local: bool,
        /// How it ended.
        outcome: Outcome,
        /// The step during which it failed or was interrupted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// The exit code of the program.
        exit_code: u8,
    },
}

impl Event {
    /// A bold heading of a step of the run.
    pub fn section(title: impl Into<String>) -> Self {
        Event::Section { title: title.into(), style: Style::bold() }
    }

    /// A bold step with a symbol.
    pub fn step(context: impl Into<String>, message: impl Into<String>, symbol: impl Into<String>) -> Self {
        Event::Step {
            context: context.into(),
            message: message.into(),
            icon: Icon::symbol(symbol),
            debug: false,
            style: Style::bold(),
        }
    }

    /// A bold step with a symbol that is shown in debug mode only.
    pub fn debug_step(context: impl Into<String>, message: impl Into<String>, symbol: impl Into<String>) -> Self {
        Event::Step {
            context: context.into(),
            message: message.into(),
            icon: Icon::symbol(symbol),
            debug: true,
            style: Style::bold(),
        }
    }

    /// A plain line of text.
    pub fn line(text: impl Into<String>) -> Self {
        Event::Line { text: text.into(), icon: Icon::Absent, debug: false, style: Style::plain() }
    }

    /// A plain line of text that is shown in debug mode only.
    pub fn debug_line(text: impl Into<String>) -> Self {
        Event::Line { text: text.into(), icon: Icon::Absent, debug: true, style: Style::plain() }
    }

    /// A red named value of an error report.
    pub fn field(key: impl Into<String>, value: impl Into<String>) -> Self {
        Event::Field {
            key: key.into(),
            value: value.into(),
            separator: ": ".to_owned(),
            debug: false,
            style: Style::of(&[Markup::Red]),
        }
    }

    /// A warning.
    pub fn warning(message: impl Into<String>) -> Self {
        Event::Warning { message: message.into() }
    }

    /// An error without causes and hints.
    pub fn error(message: impl Into<String>) -> Self {
        Event::Error { message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// Calls `change` with each text that definitions, settings or the system had a part in. What a definition printed itself is
    /// not among them, as it comes in pieces.
    pub fn for_each_text(&mut self, change: &mut dyn FnMut(&mut String)) {
        match self {
            Event::Section { title, .. } | Event::Rule { title, .. } => change(title),
            Event::Step { context, message, .. } => [context, message].into_iter().for_each(change),
            Event::Line { text, .. } | Event::Activity { text } => change(text),
            Event::Field { key, value, .. } => [key, value].into_iter().for_each(change),
            Event::Change { host, component }
            | Event::ComponentStarted { host, component }
            | Event::ComponentSkipped { host, component, .. }
            | Event::ComponentFinished { host, component, .. }
            | Event::Progress { host, component, .. }
            | Event::Slow { host, component, .. } => [host, component].into_iter().for_each(change),
            Event::Difference { file, lines } => {
                change(file);
                lines.iter_mut().for_each(change);
            }
            Event::Warning { message } => change(message),
            Event::Error { message, causes, hints } => {
                change(message);
                causes.iter_mut().chain(hints).for_each(change);
            }
            Event::RunStarted { .. }
            | Event::Output { .. }
            | Event::Summary { .. }
            | Event::Checked { .. }
            | Event::Finished { .. } => {}
        }
    }

    /// Whether the event is shown in debug mode only.
    pub fn is_debug(&self) -> bool {
        matches!(
            self,
            Event::Step { debug: true, .. } | Event::Line { debug: true, .. } | Event::Field { debug: true, .. }
        )
    }
}
