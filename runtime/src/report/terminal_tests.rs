//! What a person sees, as whole texts.

use super::{Renderer, TerminalOptions, TerminalRenderer};
use crate::events::{Action, Durations, Event, Icon, Markup, Outcome, SkipReason, Style};

const WIDTH: usize = 42;

fn options() -> TerminalOptions {
    TerminalOptions { width: WIDTH, ..TerminalOptions::default() }
}

fn shown(options: TerminalOptions, events: &[Event]) -> String {
    let mut bytes = Vec::new();
    let mut renderer = TerminalRenderer::new(&mut bytes, options);
    for event in events {
        renderer.render(event).expect("memory can be written");
    }
    String::from_utf8(bytes).expect("text is UTF-8")
}

fn started(component: &str) -> Event {
    Event::ComponentStarted { host: "localhost".into(), component: component.into() }
}

fn finished(component: &str, changed: bool) -> Event {
    Event::ComponentFinished { host: "localhost".into(), component: component.into(), changed }
}

fn change(component: &str) -> Event {
    Event::Change { host: "localhost".into(), component: component.into() }
}

fn progress(done: usize, component: &str) -> Event {
    Event::Progress { done, total: 2, host: "localhost".into(), component: component.into() }
}

fn output(text: &str) -> Event {
    Event::Output { text: text.into() }
}

fn summary(changed: usize, unchanged: usize, failed: usize) -> Event {
    let durations =
        Durations { total: 0.1, load: Some(0.02), connect: None, configure: Some(0.03), deploy: Some(0.05) };
    let action = Action::Deployment;
    Event::Summary { action, changed, unchanged, skipped: 0, failed, not_started: 0, durations }
}

fn end(outcome: Outcome, step: Option<&str>) -> Event {
    Event::Finished { action: Action::Deployment, local: false, outcome, step: step.map(str::to_owned), exit_code: 0 }
}

fn beginning() -> Vec<Event> {
    vec![
        Event::RunStarted {
            program: "batou-local".into(),
            version: "0.1.0".into(),
            environment: "dev".into(),
            action: Action::Deployment,
            local: false,
        },
        Event::section("Preparing"),
        Event::step("main", "Loading environment `dev`...", "📦"),
        Event::section("Configuring model ..."),
        Event::debug_line("cmd: true"),
        Event::section("Deploying"),
    ]
}

fn quiet_run() -> Vec<Event> {
    let mut events = beginning();
    events.extend([started("a"), progress(0, "a"), finished("a", false), started("b"), finished("b", false)]);
    events.extend([summary(0, 2, 0), end(Outcome::Succeeded, None)]);
    events
}

fn changing_run() -> Vec<Event> {
    let mut events = beginning();
    events.extend([
        started("a"),
        finished("a", false),
        started("b"),
        change("B > File('b')"),
        Event::Line {
            text: "  b +\u{1b}[0m".into(),
            icon: Icon::Absent,
            debug: false,
            style: Style::of(&[Markup::Green]),
        },
        change("B"),
        finished("b", true),
        Event::ComponentSkipped {
            host: "localhost".into(),
            component: "c".into(),
            reason: SkipReason::ComponentIgnored,
        },
        summary(1, 1, 0),
        end(Outcome::Succeeded, None),
    ]);
    events
}

fn failing_run() -> Vec<Event> {
    let mut events = beginning();
    events.extend([
        started("a"),
        Event::line(""),
        Event::Error { message: "false".into(), causes: Vec::new(), hints: vec!["try true".into()] },
        Event::field("Return code", "1"),
        Event::line("STDOUT"),
        Event::warning("still here"),
        Event::line("unrelated"),
        summary(0, 0, 1),
        end(Outcome::Failed, Some("deploy")),
    ]);
    events
}

#[test]
fn run_with_nothing_to_do_is_short() {
    let expected = "\
batou-local/0.1.0 (environment dev, deployment)
=============== Preparing ================
📦 main: Loading environment `dev`...
Deployment took total=0.10s, load=0.02s, configure=0.03s, deploy=0.05s
nothing to do: 2 components are up to date
========== DEPLOYMENT FINISHED ===========
";
    assert_eq!(shown(options(), &quiet_run()), expected);
}

#[test]
fn headings_stand_above_what_changes() {
    let expected = "\
batou-local/0.1.0 (environment dev, deployment)
=============== Preparing ================
📦 main: Loading environment `dev`...
=============== Deploying ================
⚪ localhost: Scheduling component b ...
🚀 localhost: B > File('b')
  b +\\x1b[0m
🚀 localhost: B
⏭️ localhost: Skipping component c ... (Component ignored)
================ Summary =================
Deployment took total=0.10s, load=0.02s, configure=0.03s, deploy=0.05s
1 of 2 components changed
========== DEPLOYMENT FINISHED ===========
";
    assert_eq!(shown(options(), &changing_run()), expected);
}

#[test]
fn debug_shows_everything_at_once() {
    let expected = "\
batou-local/0.1.0 (environment dev, deployment)
=============== Preparing ================
📦 main: Loading environment `dev`...
========= Configuring model ... ==========
cmd: true
=============== Deploying ================
⚪ localhost: Scheduling component a ...
⚪ localhost: Scheduling component b ...
Deployment took total=0.10s, load=0.02s, configure=0.03s, deploy=0.05s
nothing to do: 2 components are up to date
========== DEPLOYMENT FINISHED ===========
";
    assert_eq!(shown(TerminalOptions { debug: true, ..options() }, &quiet_run()), expected);
}

#[test]
fn failure_shows_its_report_and_the_step() {
    let expected = "\
batou-local/0.1.0 (environment dev, deployment)
=============== Preparing ================
📦 main: Loading environment `dev`...
=============== Deploying ================
⚪ localhost: Scheduling component a ...

ERROR: false
  hint: try true
    Return code: 1
STDOUT
   WARN: still here
unrelated
================ Summary =================
Deployment took total=0.10s, load=0.02s, configure=0.03s, deploy=0.05s
0 of 1 component changed, 1 failed
=== DEPLOYMENT FAILED (during deploy) ====
";
    assert_eq!(shown(options(), &failing_run()), expected);
}

#[test]
fn quiet_keeps_errors_warnings_and_a_bad_end() {
    let quiet = TerminalOptions { quiet: true, progress: true, ..options() };
    assert_eq!(shown(quiet, &quiet_run()), "");
    assert_eq!(shown(quiet, &changing_run()), "");
    let expected = "\
ERROR: false
  hint: try true
    Return code: 1
STDOUT
   WARN: still here
=== DEPLOYMENT FAILED (during deploy) ====
";
    assert_eq!(shown(quiet, &failing_run()), expected);
}

#[test]
fn lines_have_their_colours() {
    let color = TerminalOptions { color: true, ..options() };
    let cases = [
        (Event::error("e"), "\x1b[1m\x1b[31mERROR: e\x1b[0m\n"),
        (Event::warning("w"), "\x1b[1m\x1b[33m   WARN: w\x1b[0m\n"),
        (change("A"), "🚀 localhost: A\n"),
        (Event::field("k", "v"), "\x1b[31m              k: v\x1b[0m\n"),
        (Event::step("main", "m", "🔍"), "\x1b[1m🔍 main: m\x1b[0m\n"),
        (end(Outcome::Interrupted, Some("load")), "\x1b[1m\x1b[31m== DEPLOYMENT INTERRUPTED (during load) ==\x1b[0m\n"),
        (end(Outcome::Succeeded, None), "\x1b[1m\x1b[32m========== DEPLOYMENT FINISHED ===========\x1b[0m\n"),
    ];
    for (event, expected) in cases {
        assert_eq!(shown(color, std::slice::from_ref(&event)), expected);
    }
}

#[test]
fn successful_ends_tell_actions_apart() {
    for (action, expected) in [
        (Action::Prediction, "\x1b[1m\x1b[35m===== DEPLOYMENT PREDICTION FINISHED =====\x1b[0m\n"),
        (Action::ConsistencyCheck, "\x1b[1m\x1b[36m======= CONSISTENCY CHECK FINISHED =======\x1b[0m\n"),
    ] {
        let event = Event::Finished { action, local: false, outcome: Outcome::Succeeded, step: None, exit_code: 0 };
        assert_eq!(shown(TerminalOptions { color: true, ..options() }, &[event]), expected);
    }
}

#[test]
fn slow_components_show_where_the_time_went() {
    let event = Event::Slow {
        host: "localhost".into(),
        component: "A > B".into(),
        total: 62.0,
        verify: Some(2.0),
        update: None,
        sub: Some(60.0),
    };
    let expected = "💤 localhost: A > B [total=1m2s, verify=2.00s, update=∅, sub=1m0s]\n";
    assert_eq!(shown(options(), &[event]), expected);
}

#[test]
fn progress_line_gives_way_to_other_output_and_is_gone_at_the_end() {
    let events = [progress(0, "a"), started("a"), change("A"), finished("a", true), end(Outcome::Succeeded, None)];
    let expected = "\r\x1b[K[0/2] localhost: a\
        \r\x1b[K⚪ localhost: Scheduling component a ...\n🚀 localhost: A\n\r\x1b[K[0/2] localhost: a\
        \r\x1b[K========== DEPLOYMENT FINISHED ===========\n";
    assert_eq!(shown(TerminalOptions { progress: true, ..options() }, &events), expected);
    let without = shown(options(), &events);
    assert!(!without.contains('\x1b') && !without.contains("[0/2]"), "{without:?}");
}

#[test]
fn flush_removes_the_progress_line() {
    let mut bytes = Vec::new();
    let mut renderer = TerminalRenderer::new(&mut bytes, TerminalOptions { progress: true, ..options() });
    renderer.render(&progress(1, "a")).expect("memory can be written");
    renderer.flush().expect("memory can be written");
    renderer.flush().expect("memory can be written");
    drop(renderer);
    assert_eq!(bytes, b"\r\x1b[K[1/2] localhost: a\r\x1b[K");
}

#[test]
fn output_of_a_definition_keeps_its_colours() {
    assert_eq!(shown(options(), &[output("\x1b[35mred\x1b[0m\n")]), "\x1b[35mred\x1b[0m\n");
}

#[test]
fn a_conversation_ends_the_line_that_it_stands_on() {
    let mut bytes = Vec::new();
    let mut renderer = TerminalRenderer::new(&mut bytes, TerminalOptions { progress: true, ..options() });
    for event in [progress(0, "a"), output("question? ")] {
        renderer.render(&event).expect("memory can be written");
    }
    renderer.release().expect("memory can be written");
    renderer.render(&change("A")).expect("memory can be written");
    drop(renderer);
    let text = String::from_utf8(bytes).expect("text is UTF-8");
    assert_eq!(
        text, "\r\x1b[K[0/2] localhost: a\r\x1b[Kquestion? 🚀 localhost: A\n",
        "whoever talked wrote the line end"
    );
}

#[test]
fn output_of_a_definition_keeps_its_lines() {
    let events = [output("par"), output(""), output("tial"), change("A"), output("done\n"), output("x"), started("b")];
    assert_eq!(shown(options(), &events), "partial\n🚀 localhost: A\ndone\nx");
    let events = [output("a"), started("b"), output("c\n")];
    assert_eq!(shown(options(), &events), "a\n⚪ localhost: Scheduling component b ...\nc\n");
}

#[test]
fn rule_is_shown_at_once_and_an_empty_section_is_not() {
    let rule = Event::Rule { character: "-".into(), title: "1 ERRORS".into(), style: Style::plain() };
    assert_eq!(shown(options(), &[rule]), "---------------- 1 ERRORS ----------------\n");
    assert_eq!(shown(options(), &[Event::section("Empty"), end(Outcome::Failed, None)]).lines().count(), 1);
}
