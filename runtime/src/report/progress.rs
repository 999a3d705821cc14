//! The line that tells how far a run is, at the bottom of a terminal.

use std::time::{Duration, Instant};

use super::layout::{truncated, visible};

const INTERVAL: Duration = Duration::from_millis(50);
const ERASE: &str = "\r\x1b[K";

/// The progress line; what it gives is text to be written to the terminal.
#[derive(Debug)]
pub(super) struct ProgressLine {
    width: usize,
    columns: fn() -> Option<u16>,
    interval: Duration,
    text: String,
    work: String,
    is_shown: bool,
    drawn: Option<Instant>,
}

impl ProgressLine {
    /// A line that is not shown yet, for a terminal of as many columns as `columns` says, or else `width`.
    pub fn new(width: usize, columns: fn() -> Option<u16>) -> Self {
        ProgressLine {
            width,
            columns,
            interval: INTERVAL,
            text: String::new(),
            work: String::new(),
            is_shown: false,
            drawn: None,
        }
    }

    /// Sets the text and gives what draws it, which is nothing if it was drawn a moment ago: a run with thousands of
    /// components would otherwise spend its time in drawing.
    pub fn update(&mut self, done: usize, total: usize, host: &str, component: &str) -> String {
        self.work.clear();
        self.text = visible(&format!("[{done}/{total}] {host}: {component}")).replace(['\n', '\t'], " ");
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < self.interval) { String::new() } else { self.draw() }
    }

    /// Sets how far the work of the current component is and gives what draws it. It stands behind the counts, in the place of
    /// the component, or alone while nothing is counted yet.
    pub fn working(&mut self, work: &str) -> String {
        self.work = visible(work).replace(['\n', '\t'], " ");
        self.draw()
    }

    /// Gives what draws the line again below other output.
    pub fn draw(&mut self) -> String {
        if self.text.is_empty() && self.work.is_empty() {
            return String::new();
        }
        self.is_shown = true;
        self.drawn = Some(Instant::now());
        // Asked each time, as somebody may resize the terminal: a line that is too long could not be erased any more.
        let columns = (self.columns)().map_or(self.width, usize::from);
        // A line that fills the last column makes some terminals go to the next one.
        let text = match (self.work.as_str(), self.text.split_once(']')) {
            ("", _) => self.text.clone(),
            (work, Some((counts, _))) => format!("{counts}] {work}"),
            (work, None) => work.to_owned(),
        };
        format!("{ERASE}{}", truncated(&text, columns.saturating_sub(1)))
    }

    /// Gives what removes the line; it can be drawn again, without the work, which may be over when others write.
    pub fn erase(&mut self) -> &'static str {
        self.work.clear();
        if std::mem::take(&mut self.is_shown) { ERASE } else { "" }
    }

    /// Gives what removes the line for good.
    pub fn end(&mut self) -> &'static str {
        self.text.clear();
        self.drawn = None;
        self.erase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_is_drawn_erased_and_ended() {
        let mut line = ProgressLine::new(20, || None);
        assert_eq!(line.erase(), "");
        assert_eq!(line.draw(), "");
        assert_eq!(line.update(1, 3, "localhost", "component"), "\r\x1b[K[1/3] localhost: co");
        assert_eq!(line.update(2, 3, "h", "a\x1bb\n"), "", "too soon");
        assert_eq!(line.erase(), "\r\x1b[K");
        assert_eq!(line.erase(), "");
        assert_eq!(line.draw(), "\r\x1b[K[2/3] h: a\\x1bb ");
        assert_eq!(line.end(), "\r\x1b[K");
        assert_eq!(line.draw(), "");
    }

    #[test]
    fn work_takes_the_place_of_its_component() {
        let mut line = ProgressLine::new(80, || None);
        assert_eq!(line.working("connecting"), "\r\x1b[Kconnecting");
        assert_eq!(line.erase(), "\r\x1b[K");
        assert_eq!(line.draw(), "", "the work may be over");
        line.interval = Duration::ZERO;
        line.update(1, 3, "host", "component");
        assert_eq!(line.working("downloading a\x1b: 1 MiB"), "\r\x1b[K[1/3] downloading a\\x1b: 1 MiB");
        assert_eq!(line.erase(), "\r\x1b[K");
        assert_eq!(line.draw(), "\r\x1b[K[1/3] host: component");
        assert_eq!(line.update(2, 3, "host", "next"), "\r\x1b[K[2/3] host: next");
    }

    #[test]
    fn line_is_drawn_again_after_a_while() {
        let mut line = ProgressLine::new(80, || None);
        line.interval = Duration::ZERO;
        assert_eq!(line.update(1, 2, "h", "a"), "\r\x1b[K[1/2] h: a");
        assert_eq!(line.update(2, 2, "h", "b"), "\r\x1b[K[2/2] h: b");
    }

    #[test]
    fn line_fits_into_the_terminal_as_it_is_when_drawn() {
        let mut line = ProgressLine::new(80, || Some(12));
        assert_eq!(line.update(1, 2, "host", "component"), "\r\x1b[K[1/2] host:");
        let mut line = ProgressLine::new(80, || Some(0));
        assert_eq!(line.update(1, 2, "host", "component"), "\r\x1b[K");
    }
}
