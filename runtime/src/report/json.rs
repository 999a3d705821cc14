//! One JSON object a line.

use std::io::{self, Write};

use super::Renderer;
use crate::events::Event;

/// Writes every event as one line of JSON, as it happens; how far some work is would only fill logs.
pub struct JsonRenderer<W> {
    stream: W,
    debug: bool,
}

impl<W: Write> JsonRenderer<W> {
    /// A renderer for the given stream; without `debug` the lines of debug mode are left out.
    pub fn new(stream: W, debug: bool) -> Self {
        JsonRenderer { stream, debug }
    }
}

impl<W: Write> Renderer for JsonRenderer<W> {
    fn render(&mut self, event: &Event) -> io::Result<()> {
        if (event.is_debug() && !self.debug) || matches!(event, Event::Activity { .. }) {
            return Ok(());
        }
        let mut line = serde_json::to_string(event)?;
        line.push('\n');
        self.stream.write_all(line.as_bytes())?;
        self.stream.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{Action, Durations, Icon, Markup, Outcome, SkipReason, Style};

    fn lines(events: &[Event], debug: bool) -> String {
        let mut bytes = Vec::new();
        let mut renderer = JsonRenderer::new(&mut bytes, debug);
        for event in events {
            renderer.render(event).expect("memory can be written");
        }
        String::from_utf8(bytes).expect("JSON is UTF-8")
    }

    #[test]
    fn events_are_single_lines() {
        let host = "localhost".to_owned();
        let events = [
            Event::RunStarted {
                program: "batou-local".into(),
                version: "0.1.0".into(),
                environment: "dev".into(),
                action: Action::ConsistencyCheck,
                local: false,
            },
            Event::section("Preparing"),
            Event::Line { text: "a\nb\x1b".into(), icon: Icon::Blank, debug: false, style: Style::plain() },
            Event::Step {
                context: "main".into(),
                message: "m".into(),
                icon: Icon::symbol("📦"),
                debug: false,
                style: Style::of(&[Markup::Bold, Markup::RedBackground]),
            },
            Event::ComponentSkipped { host: host.clone(), component: "c".into(), reason: SkipReason::HostIgnored },
            Event::Error { message: "m".into(), causes: vec!["c".into()], hints: Vec::new() },
            Event::Summary {
                action: Action::Deployment,
                changed: 1,
                unchanged: 2,
                skipped: 3,
                failed: 4,
                not_started: 5,
                durations: Durations { total: 0.5, load: Some(0.25), ..Durations::default() },
            },
            Event::Finished {
                action: Action::Prediction,
                local: false,
                outcome: Outcome::Interrupted,
                step: Some("deploy".into()),
                exit_code: 130,
            },
        ];
        let expected = r#"{"event":"run-started","program":"batou-local","version":"0.1.0","environment":"dev","action":"consistency-check"}
{"event":"section","title":"Preparing","style":["bold"]}
{"event":"line","text":"a\nb\u001b","icon":""}
{"event":"step","context":"main","message":"m","icon":"📦","style":["bold","Red"]}
{"event":"component-skipped","host":"localhost","component":"c","reason":"host-ignored"}
{"event":"error","message":"m","causes":["c"]}
{"event":"summary","action":"deployment","changed":1,"unchanged":2,"skipped":3,"failed":4,"not_started":5,"durations":{"total":0.5,"load":0.25}}
{"event":"finished","action":"prediction","outcome":"interrupted","step":"deploy","exit_code":130}
"#;
        assert_eq!(lines(&events, false), expected);
    }

    #[test]
    fn debug_lines_are_left_out_unless_wanted() {
        let events = [Event::debug_line("cmd: true")];
        assert_eq!(lines(&events, false), "");
        assert_eq!(lines(&events, true), "{\"event\":\"line\",\"text\":\"cmd: true\",\"debug\":true}\n");
    }
}
