//! Text for people.

use std::borrow::Cow;
use std::io::{self, Write};

use super::heading::Headings;
use super::layout::{aligned, prefixed, push_line, rule, shortened, visible};
use super::progress::ProgressLine;
use super::wording::{
    Counts, checked_line, counts_line, durations_line, error_report, final_title, not_checked_lines, skip_reason,
};
use super::{DEFAULT_WIDTH, Renderer, format_duration};
use crate::events::{Action, Event, Icon, Markup, Outcome, Style};

/// How text is shown.
#[derive(Debug, Clone, Copy)]
pub struct TerminalOptions {
    /// Whether escape sequences for colour and emphasis are written.
    pub color: bool,
    /// The columns of rules and of the progress line.
    pub width: usize,
    /// Whether debug lines are shown, and headings at once.
    pub debug: bool,
    /// Whether only warnings, errors and the last line of a run that failed are shown.
    pub quiet: bool,
    /// Whether a progress line is shown: the stream is a terminal that knows escape sequences.
    pub progress: bool,
    /// Gives the columns that the terminal has now, which may change during the run and be fewer than `width`.
    pub columns: fn() -> Option<u16>,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        TerminalOptions {
            color: false,
            width: DEFAULT_WIDTH,
            debug: false,
            quiet: false,
            progress: false,
            columns: || None,
        }
    }
}

/// Writes events as lines of text.
///
/// Each event is written in one piece, so that lines stay whole when others write to the same stream.
pub struct TerminalRenderer<W> {
    stream: W,
    options: TerminalOptions,
    headings: Headings,
    progress: Option<ProgressLine>,
    is_error_open: bool,
    is_inside_line: bool,
}

impl<W: Write> TerminalRenderer<W> {
    /// A renderer for the given stream.
    pub fn new(stream: W, options: TerminalOptions) -> Self {
        let progress = (options.progress && !options.quiet).then(|| ProgressLine::new(options.width, options.columns));
        TerminalRenderer {
            stream,
            options,
            headings: Headings::default(),
            progress,
            is_error_open: false,
            is_inside_line: false,
        }
    }

    // The fields and lines after an error belong to its report until something else happens.
    fn is_hidden(&mut self, event: &Event) -> bool {
        if event.is_debug() && !self.options.debug {
            return true;
        }
        let is_detail = matches!(event, Event::Field { .. } | Event::Line { .. });
        self.is_error_open = match event {
            Event::Error { .. } => true,
            _ => self.is_error_open && is_detail,
        };
        self.options.quiet
            && match event {
                Event::Error { .. } | Event::Warning { .. } => false,
                Event::Finished { outcome, .. } => *outcome == Outcome::Succeeded,
                Event::Checked { errors, .. } => *errors == 0,
                // The heading waits for a line below it, which says what the error is about.
                Event::RunStarted { action: Action::Check, .. } => false,
                _ => !self.is_error_open,
            }
    }

    fn push(&self, text: &mut String, line: &str, style: &Style) {
        push_line(text, line, style, self.options.color);
    }

    /// What is shown of a message or a value.
    fn shown<'text>(&self, text: &'text str) -> Cow<'text, str> {
        if self.options.debug { Cow::Borrowed(text) } else { shortened(text) }
    }

    fn push_rule(&self, text: &mut String, character: &str, title: &str, style: &Style) {
        let (character, title) = (visible(character), visible(title));
        self.push(text, &rule(&character, &title, self.options.width), style);
    }

    fn push_step(&self, text: &mut String, symbol: &str, context: &str, message: &str, style: &Style) {
        self.push(text, &prefixed(&Icon::symbol(symbol), &format!("{context}: {message}")), style);
    }

    fn push_headings(&mut self, text: &mut String) {
        let (section, started) = self.headings.take();
        if self.options.quiet {
            return;
        }
        if let Some((title, style)) = section {
            self.push_rule(text, "=", &title, &style);
        }
        for (host, component) in started {
            self.push_step(text, "⚪", &host, &format!("Scheduling component {component} ..."), &Style::bold());
        }
    }

    // The lines of an event that stand below the headings.
    fn push_event(&self, text: &mut String, event: &Event) {
        match event {
            Event::RunStarted { program, version, environment, action, local } => {
                let local = if *local { "local " } else { "" };
                let line = format!("{program}/{version} (environment {environment}, {local}{})", action.name());
                self.push(text, &line, &Style::plain());
            }
            Event::Rule { character, title, style } => self.push_rule(text, character, title, style),
            Event::Step { context, message, icon, style, .. } => {
                self.push(text, &prefixed(icon, &format!("{context}: {message}")), style);
            }
            Event::Line { text: line, icon, style, .. } => self.push(text, &prefixed(icon, line), style),
            Event::Field { key, value, separator, style, .. } => {
                self.push(text, &aligned(key, separator, &self.shown(value)), style);
            }
            Event::Change { host, component } => self.push_step(text, "🚀", host, component, &Style::plain()),
            Event::Difference { file, lines } => {
                for line in lines {
                    let style = match line.as_bytes().first() {
                        Some(b'-') => Style::of(&[Markup::Red]),
                        Some(b'+') => Style::of(&[Markup::Green]),
                        _ => Style::plain(),
                    };
                    self.push(text, &format!("  {file} {line}"), &style);
                }
            }
            Event::ComponentSkipped { host, component, reason } => {
                let message = format!("Skipping component {component} ... ({})", skip_reason(*reason));
                self.push_step(text, "⏭️", host, &message, &Style::of(&[Markup::Red]));
            }
            Event::Slow { host, component, total, verify, update, sub } => {
                let message = format!(
                    "{component} [total={}, verify={}, update={}, sub={}]",
                    format_duration(Some(*total)),
                    format_duration(*verify),
                    format_duration(*update),
                    format_duration(*sub),
                );
                self.push_step(text, "💤", host, &message, &Style::plain());
            }
            Event::Warning { message } => {
                self.push(text, &format!("   WARN: {message}"), &Style::of(&[Markup::Bold, Markup::Yellow]));
            }
            Event::Error { message, causes, hints } => {
                let lines = error_report(&self.shown(message), causes, hints);
                self.push(text, &lines[0], &Style::of(&[Markup::Bold, Markup::Red]));
                for line in &lines[1..] {
                    self.push(text, line, &Style::plain());
                }
            }
            // The author's own words, with the colours they chose.
            Event::Output { text: output } => text.push_str(output),
            Event::Section { .. }
            | Event::ComponentStarted { .. }
            | Event::ComponentFinished { .. }
            | Event::Progress { .. }
            | Event::Activity { .. }
            | Event::Summary { .. }
            | Event::Checked { .. }
            | Event::Finished { .. } => {}
        }
    }

    fn push_finished(&self, text: &mut String, action: Action, local: bool, outcome: Outcome, step: Option<&str>) {
        let color = match (outcome, action) {
            (Outcome::Failed | Outcome::Interrupted, _) => Markup::Red,
            (Outcome::Succeeded, Action::Deployment) => Markup::Green,
            (Outcome::Succeeded, Action::Prediction) => Markup::Purple,
            (Outcome::Succeeded, Action::ConsistencyCheck | Action::Check) => Markup::Cyan,
        };
        self.push_rule(text, "=", &final_title(action, local, outcome, step), &Style::of(&[Markup::Bold, color]));
    }

    // Writes below what stands there: the progress line is removed before and drawn again after.
    fn write(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let mut piece = self.progress.as_mut().map_or("", ProgressLine::erase).to_owned();
        piece.push_str(text);
        self.is_inside_line = !text.ends_with('\n');
        if let Some(progress) = &mut self.progress
            && !self.is_inside_line
        {
            piece.push_str(&progress.draw());
        }
        self.write_raw(&piece)
    }

    fn write_raw(&mut self, piece: &str) -> io::Result<()> {
        self.stream.write_all(piece.as_bytes())?;
        self.stream.flush()
    }

    fn end_progress(&mut self) -> io::Result<()> {
        let end = self.progress.as_mut().map_or("", ProgressLine::end);
        if end.is_empty() { Ok(()) } else { self.write_raw(end) }
    }
}

impl<W: Write> Renderer for TerminalRenderer<W> {
    fn render(&mut self, event: &Event) -> io::Result<()> {
        if self.is_hidden(event) {
            return Ok(());
        }
        // Output of a definition may end within a line; only more of the same continues it.
        let is_continuation = matches!(event, Event::Output { .. }) && self.headings.is_empty();
        let mut text = String::new();
        match event {
            Event::Progress { done, total, host, component } => {
                let Some(progress) = &mut self.progress else {
                    return Ok(());
                };
                if self.is_inside_line {
                    return Ok(());
                }
                let piece = progress.update(*done, *total, host, component);
                return if piece.is_empty() { Ok(()) } else { self.write_raw(&piece) };
            }
            Event::Activity { text } => {
                let Some(progress) = self.progress.as_mut().filter(|_| !self.is_inside_line) else {
                    return Ok(());
                };
                let piece = progress.working(text);
                return self.write_raw(&piece);
            }
            Event::Section { title, style } => self.headings.section(title, style),
            Event::ComponentStarted { host, component } => self.headings.started(host, component),
            Event::ComponentFinished { host, component, .. } => self.headings.finished(host, component),
            Event::Summary { action, changed, unchanged, skipped, failed, not_started, durations } => {
                self.headings.clear();
                self.end_progress()?;
                let counts = Counts {
                    changed: *changed,
                    unchanged: *unchanged,
                    skipped: *skipped,
                    failed: *failed,
                    not_started: *not_started,
                };
                // Where only a few lines are above, a heading would be longer than what stands below it.
                if !counts.is_nothing_to_do() && *action != Action::ConsistencyCheck {
                    self.push_rule(&mut text, "=", "Summary", &Style::bold());
                }
                self.push(&mut text, &durations_line(*action, durations), &Style::plain());
                self.push(&mut text, &counts_line(*action, counts), &Style::plain());
            }
            // Of several environments, only those with something to say get more than a line.
            Event::RunStarted { environment, action: Action::Check, .. } => {
                self.headings.section(&format!("Checking {environment}"), &Style::bold());
            }
            Event::Checked { environment, parts, errors, not_checked } => {
                self.headings.clear();
                let markup = if *errors == 0 { Markup::Green } else { Markup::Red };
                let line = checked_line(environment, *parts, *errors);
                if *errors > 0 {
                    self.push(&mut text, "", &Style::plain());
                }
                self.push(&mut text, &line, &Style::of(&[Markup::Bold, markup]));
                for line in not_checked_lines(*not_checked) {
                    self.push(&mut text, &format!("  {line}"), &Style::plain());
                }
            }
            // The line above has told it.
            Event::Finished { action: Action::Check, outcome: Outcome::Succeeded | Outcome::Failed, .. } => {}
            Event::Finished { action, local, outcome, step, .. } => {
                self.headings.clear();
                self.end_progress()?;
                self.push_finished(&mut text, *action, *local, *outcome, step.as_deref());
            }
            Event::Output { text: output } if output.is_empty() => {}
            _ => {
                self.push_headings(&mut text);
                self.push_event(&mut text, event);
            }
        }
        if self.options.debug {
            self.push_headings(&mut text);
        }
        if self.is_inside_line && !text.is_empty() && !is_continuation {
            text.insert(0, '\n');
        }
        self.write(&text)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_progress()?;
        self.stream.flush()
    }

    fn release(&mut self) -> io::Result<()> {
        self.flush()?;
        self.is_inside_line = false;
        Ok(())
    }
}
