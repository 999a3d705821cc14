//! The sentences of a run that are not written by a definition.

use super::format_duration;
use crate::events::{Action, CheckedParts, Durations, NotChecked, Outcome, SkipReason};

/// The lines of an error: what failed, the causes (numbered when there are several), and what to do about it last.
pub fn error_report(message: &str, causes: &[String], hints: &[String]) -> Vec<String> {
    // Later lines of a text are set further in, so that they are not taken for a cause or hint of their own.
    let inset = |text: &str| text.trim_end().replace('\n', "\n    ");
    let mut lines = vec![format!("ERROR: {message}")];
    if let [cause] = causes {
        lines.push(format!("  cause: {}", inset(cause)));
    } else {
        lines
            .extend(causes.iter().enumerate().map(|(index, cause)| format!("  cause {}: {}", index + 1, inset(cause))));
    }
    lines.extend(hints.iter().map(|hint| format!("  hint: {}", inset(hint))));
    lines
}

/// The numbers of a summary.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub changed: usize,
    pub unchanged: usize,
    pub skipped: usize,
    pub failed: usize,
    pub not_started: usize,
}

impl Counts {
    fn total(self) -> usize {
        self.changed + self.unchanged + self.skipped + self.failed + self.not_started
    }

    /// Whether the run found everything as described.
    pub fn is_nothing_to_do(self) -> bool {
        self.changed + self.failed + self.not_started == 0
    }
}

/// What was done, in one line.
pub(super) fn counts_line(action: Action, counts: Counts) -> String {
    if action == Action::ConsistencyCheck {
        return match counts.total() {
            0 => "the configuration is consistent".to_owned(),
            1 => "the configuration of 1 component is consistent".to_owned(),
            total => format!("the configuration of {total} components is consistent"),
        };
    }
    let mut line = if counts.is_nothing_to_do() {
        match counts.unchanged {
            0 if counts.skipped > 0 => "nothing to do".to_owned(),
            0 => "nothing to do: no components".to_owned(),
            1 => "nothing to do: 1 component is up to date".to_owned(),
            unchanged => format!("nothing to do: {unchanged} components are up to date"),
        }
    } else {
        let components = if counts.total() == 1 { "component" } else { "components" };
        let verb = if action == Action::Prediction { "would change" } else { "changed" };
        format!("{} of {} {components} {verb}", counts.changed, counts.total())
    };
    for (number, what) in [(counts.skipped, "skipped"), (counts.failed, "failed"), (counts.not_started, "not started")]
    {
        if number > 0 {
            line.push_str(&format!(", {number} {what}"));
        }
    }
    line
}

/// How long it took, in one line.
pub(super) fn durations_line(action: Action, durations: &Durations) -> String {
    let mut line = format!("{} took total={}", action.sentence_name(), format_duration(Some(durations.total)));
    let steps = [
        ("load", durations.load),
        ("connect", durations.connect),
        ("configure", durations.configure),
        ("deploy", durations.deploy),
    ];
    for (name, duration) in steps {
        if duration.is_some() {
            line.push_str(&format!(", {name}={}", format_duration(duration)));
        }
    }
    line
}

/// The title of the last line of a run.
pub(super) fn final_title(action: Action, local: bool, outcome: Outcome, step: Option<&str>) -> String {
    let local = if local { " (local)" } else { "" };
    let outcome = match outcome {
        Outcome::Succeeded => "FINISHED",
        Outcome::Failed => "FAILED",
        Outcome::Interrupted => "INTERRUPTED",
    };
    let step = step.map(|step| format!(" (during {step})")).unwrap_or_default();
    format!("{}{local} {outcome}{step}", action.title())
}

/// What was checked, in one line.
pub(super) fn checked_line(environment: &str, parts: CheckedParts, errors: usize) -> String {
    let parts = format!(
        "{}, {} and {}",
        numbered(parts.hosts, "host"),
        numbered(parts.components, "component"),
        numbered(parts.templates, "template")
    );
    match errors {
        0 => format!("{environment}: {parts} are consistent"),
        errors => format!("{environment}: {} in {parts}", numbered(errors, "error")),
    }
}

/// What was not checked and why, a line each.
pub(super) fn not_checked_lines(not_checked: NotChecked) -> Vec<String> {
    let NotChecked { secret_files, secret_values, addresses, templates } = not_checked;
    let mut lines = Vec::new();
    if secret_files > 0 {
        let mut line = format!("not checked: {} of secrets", numbered(secret_files, "file"));
        if secret_values > 0 {
            line.push_str(&format!("; a placeholder stands for {}", numbered(secret_values, "value")));
        }
        lines.push(line);
    }
    if templates > 0 {
        let sources = if templates == 1 { "source is" } else { "sources are" };
        lines.push(format!(
            "not checked: {} whose {sources} there in a deployment only",
            numbered(templates, "template")
        ));
    }
    if addresses > 0 {
        lines.push(format!("not looked up: {}", numbered(addresses, "host name")));
    }
    lines
}

fn numbered(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Why a component is left out.
pub(super) fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::HostIgnored => "Host ignored",
        SkipReason::ComponentIgnored => "Component ignored",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(changed: usize, unchanged: usize, skipped: usize, failed: usize, not_started: usize) -> Counts {
        Counts { changed, unchanged, skipped, failed, not_started }
    }

    #[test]
    fn what_was_done() {
        let cases = [
            (Action::Deployment, counts(3, 117, 0, 0, 0), "3 of 120 components changed"),
            (Action::Deployment, counts(0, 120, 0, 0, 0), "nothing to do: 120 components are up to date"),
            (Action::Deployment, counts(0, 1, 2, 0, 0), "nothing to do: 1 component is up to date, 2 skipped"),
            (Action::Deployment, counts(0, 0, 2, 0, 0), "nothing to do, 2 skipped"),
            (Action::Deployment, counts(0, 0, 0, 0, 0), "nothing to do: no components"),
            (Action::Deployment, counts(1, 0, 0, 0, 0), "1 of 1 component changed"),
            (
                Action::Deployment,
                counts(0, 2, 1, 1, 4),
                "0 of 8 components changed, 1 skipped, 1 failed, 4 not started",
            ),
            (Action::Prediction, counts(3, 117, 0, 0, 0), "3 of 120 components would change"),
            (Action::ConsistencyCheck, counts(0, 0, 0, 0, 5), "the configuration of 5 components is consistent"),
        ];
        for (action, counts, expected) in cases {
            assert_eq!(counts_line(action, counts), expected);
        }
    }

    #[test]
    fn only_steps_that_ran_have_durations() {
        let durations = Durations { total: 61.0, load: Some(0.02), configure: Some(0.03), ..Durations::default() };
        let line = durations_line(Action::ConsistencyCheck, &durations);
        assert_eq!(line, "Consistency check took total=1m1s, load=0.02s, configure=0.03s");
    }

    #[test]
    fn several_causes_are_numbered_and_hints_come_last() {
        let one = error_report("m", &["a\nb\n".into()], &["h".into()]);
        assert_eq!(one, ["ERROR: m", "  cause: a\n    b", "  hint: h"]);
        let two = error_report("m", &["a".into(), "b".into()], &[]);
        assert_eq!(two, ["ERROR: m", "  cause 1: a", "  cause 2: b"]);
    }

    #[test]
    fn a_check_says_what_it_saw_and_what_not() {
        let parts = CheckedParts { hosts: 1, components: 2, templates: 0 };
        assert_eq!(checked_line("dev", parts, 0), "dev: 1 host, 2 components and 0 templates are consistent");
        assert_eq!(checked_line("dev", parts, 1), "dev: 1 error in 1 host, 2 components and 0 templates");
        assert!(not_checked_lines(NotChecked::default()).is_empty());
        let not_checked = NotChecked { secret_files: 2, secret_values: 1, addresses: 3, templates: 1 };
        let expected = [
            "not checked: 2 files of secrets; a placeholder stands for 1 value",
            "not checked: 1 template whose source is there in a deployment only",
            "not looked up: 3 host names",
        ];
        assert_eq!(not_checked_lines(not_checked), expected);
    }

    #[test]
    fn the_last_line_says_whose_state_it_was() {
        let title = |local| final_title(Action::Prediction, local, Outcome::Succeeded, None);
        assert_eq!(title(true), "DEPLOYMENT PREDICTION (local) FINISHED");
        assert_eq!(title(false), "DEPLOYMENT PREDICTION FINISHED");
    }
}
