//! The options that say how a command reports.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::names;
use crate::report::{
    ColorChoice, ColorSettings, JsonRenderer, Reporter, TerminalOptions, TerminalRenderer, uses_color, width,
};

impl ValueEnum for ColorChoice {
    fn value_variants<'variants>() -> &'variants [Self] {
        &[ColorChoice::Auto, ColorChoice::Always, ColorChoice::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            ColorChoice::Auto => PossibleValue::new("auto").help("Use colours on a terminal"),
            ColorChoice::Always => PossibleValue::new("always").help("Use colours everywhere"),
            ColorChoice::Never => PossibleValue::new("never").help("Use no colours"),
        })
    }
}

/// The options that say how a command reports.
#[derive(Debug, Clone, Default, Args)]
pub struct OutputOptions {
    /// Show debug messages and every step as it begins
    #[arg(short, long)]
    pub debug: bool,

    /// Write one JSON object a line for every event
    #[arg(long)]
    pub json: bool,

    /// Show warnings and errors only
    #[arg(short, long, conflicts_with_all = ["debug", "json"])]
    pub quiet: bool,

    /// Say when to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
}

impl OutputOptions {
    /// Makes the reporter that writes to the standard output of the process as these options say.
    pub fn reporter(&self) -> Reporter {
        let is_terminal = io::stdout().is_terminal();
        let stream = standard_output();
        if self.json {
            return Reporter::new(JsonRenderer::new(stream, self.debug));
        }
        Reporter::new(TerminalRenderer::new(stream, self.terminal_options(is_terminal)))
    }

    /// The same for a command whose standard output belongs to somebody else.
    pub fn reporter_to_standard_error(&self) -> Reporter {
        let is_terminal = io::stderr().is_terminal();
        Reporter::new(TerminalRenderer::new(io::stderr(), self.terminal_options(is_terminal)))
    }

    fn terminal_options(&self, is_terminal: bool) -> TerminalOptions {
        let settings = ColorSettings {
            no_color: names::NO_COLOR.value(),
            py_colors: names::PY_COLORS.value(),
            term: names::TERM.value(),
            is_terminal,
        };
        TerminalOptions {
            color: uses_color(self.color, &settings),
            width: width(names::COLUMNS.value().as_deref(), terminal_columns()),
            debug: self.debug,
            quiet: self.quiet,
            progress: is_terminal && settings.term.is_none_or(|term| term != "dumb"),
            columns: terminal_columns,
        }
    }

    /// Whether a progress line may stand where definitions print.
    pub fn shows_progress(&self) -> bool {
        !self.json && !self.quiet && self.terminal_options(io::stdout().is_terminal()).progress
    }

    /// Whether a conversation on the terminal is coloured.
    pub fn colors_terminal(&self) -> bool {
        self.terminal_options(true).color
    }
}

fn terminal_columns() -> Option<u16> {
    // A terminal that does not say its size has none.
    terminal_size::terminal_size().map(|(columns, _)| columns.0).filter(|columns| *columns > 0)
}

/// The standard output under a descriptor of its own: a definition may close number 1, and the next file that is opened
/// would get it, and with it all that is reported.
fn standard_output() -> Box<dyn Write + Send> {
    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(File::from(descriptor)),
        Err(_) => Box::new(io::stdout()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_reach_the_renderer() {
        let options = OutputOptions { debug: true, json: false, quiet: false, color: ColorChoice::Always };
        let terminal = options.terminal_options(false);
        assert!(terminal.color && terminal.debug && !terminal.quiet && !terminal.progress);
    }
}
