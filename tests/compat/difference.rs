//! Comparing what two programs did, and telling a person where they differ.

use std::collections::BTreeSet;

use similar::TextDiff;

use crate::case::{Action, Case, Step};
use crate::output::Updates;
use crate::program::StepResult;
use crate::snapshot::{Content, Entry, Tree};

/// Every difference in all steps, each as a readable paragraph; empty when the programs agree.
pub fn between(case: &Case, expected: &[StepResult], found: &[StepResult]) -> Vec<String> {
    let mut differences = Vec::new();
    let steps = case.steps.iter().zip(expected).zip(found).enumerate();
    for (index, ((step, expected), found)) in steps {
        let texts = in_step(case, step, expected, found);
        if texts.is_empty() {
            continue;
        }
        differences.push(format!("step {} ({step}) differs", index + 1));
        differences.extend(texts);
        if !matches!(step.action, Action::Change(_)) {
            differences.push(format!("output of ours:\n{}", indented(&found.text)));
            // What follows builds on this step and would only repeat it.
            break;
        }
    }
    differences
}

fn in_step(case: &Case, step: &Step, expected: &StepResult, found: &StepResult) -> Vec<String> {
    let mut texts = Vec::new();
    let exit = step.known_exit.as_ref().map_or(expected.exit, |known| known.ours);
    if found.exit != exit {
        texts.push(format!("exit code: expected {exit}, found {}", found.exit));
    }
    let found_updates = without_private_modes(case, &found.updates);
    if found_updates != expected.updates {
        let (expected, found) = (listed(&expected.updates), listed(&found_updates));
        texts.push(format!("components that update:\n{}", lines(&expected, &found)));
    }
    if case.compare_errors && found.errors != expected.errors {
        let (expected, found) = (joined(&expected.errors), joined(&found.errors));
        texts.push(format!("errors:\n{}", lines(&expected, &found)));
    }
    if matches!(step.action, Action::Facts(_)) && found.stdout != expected.stdout {
        texts.push(format!("facts:\n{}", lines(&expected.stdout, &found.stdout)));
    }
    if matches!(step.action, Action::Predict(_)) {
        // The original makes work directories while it predicts, so its tree is no measure. Ours must touch nothing.
        for text in trees(&found.before, &found.after) {
            texts.push(format!("a prediction changed something: {text}"));
        }
    } else {
        texts.extend(trees(&with_private_modes(case, &expected.tree), &found.tree));
    }
    texts
}

/// What ours must leave, which differs from what the original left in the modes of private files.
fn with_private_modes(case: &Case, expected: &Tree) -> Tree {
    let mut tree = expected.clone();
    for path in &case.private {
        if let Some(entry) = tree.get_mut(&format!("project/{path}")) {
            entry.mode = 0o600;
        }
    }
    tree
}

/// What ours updated, without setting the modes of private files.
fn without_private_modes(case: &Case, found: &Updates) -> Updates {
    let mut updates = found.clone();
    for crumbs in updates.values_mut() {
        crumbs.retain(|crumb| !case.private.iter().any(|path| crumb.contains(&format!("File('{path}') > Mode('"))));
    }
    updates
}

/// Every path in which two trees differ, with the difference.
pub fn trees(expected: &Tree, found: &Tree) -> Vec<String> {
    let paths: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differing = paths.into_iter().filter_map(|path| {
        let text = match (expected.get(path), found.get(path)) {
            (Some(expected), None) => format!("missing, expected {}", expected.summary()),
            (None, Some(found)) => format!("unexpected {}", found.summary()),
            (Some(expected), Some(found)) if expected != found => entries(expected, found),
            _ => return None,
        };
        Some(format!("{path}: {text}"))
    });
    differing.collect()
}

fn entries(expected: &Entry, found: &Entry) -> String {
    let summary = format!("expected {}, found {}", expected.summary(), found.summary());
    match (&expected.content, &found.content) {
        (Content::File(old), Content::File(new)) if old != new => {
            match (std::str::from_utf8(old), std::str::from_utf8(new)) {
                (Ok(old), Ok(new)) => format!("{summary}\n{}", lines(old, new)),
                _ => format!("{summary}, the bytes differ"),
            }
        }
        _ => summary,
    }
}

/// A unified diff, indented so that it stands out.
fn lines(expected: &str, found: &str) -> String {
    let diff = TextDiff::from_lines(expected, found);
    indented(&diff.unified_diff().header("original", "ours").to_string())
}

fn listed(updates: &Updates) -> String {
    updates.iter().flat_map(|(host, crumbs)| crumbs.iter().map(move |crumb| format!("{host}: {crumb}\n"))).collect()
}

fn joined(errors: &BTreeSet<String>) -> String {
    errors.iter().map(|error| format!("{error}\n")).collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
