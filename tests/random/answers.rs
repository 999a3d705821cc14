//! Comparing what the two drivers tell.

use serde_json::Value;
use similar::TextDiff;

/// The differing lines of two answers, with their surroundings; nothing if they agree.
pub fn difference(expected: &Value, found: &Value) -> Option<String> {
    if expected == found {
        return None;
    }
    let (expected, found) = (listing(expected), listing(found));
    let diff = TextDiff::from_lines(&expected, &found);
    Some(diff.unified_diff().context_radius(2).header("original", "ours").to_string())
}

/// A value with one line for each part of it, in an order that does not depend on how it was made.
fn listing(value: &Value) -> String {
    let mut lines = Vec::new();
    list("", value, &mut lines);
    lines.concat()
}

fn list(path: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            for (name, member) in members {
                list(&format!("{path}.{name}"), member, lines);
            }
        }
        // No numbers of items in the path: one that is missing must not make all that follow it differ.
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let name = item["root"]
                    .as_str()
                    .map_or_else(|| if item.is_object() { index.to_string() } else { String::new() }, str::to_owned);
                list(&format!("{path}[{name}]"), item, lines);
            }
        }
        other => lines.push(format!("{path}: {other}\n")),
    }
}

/// What a run announces as changing, in order, and which components count as changed, of each root component.
pub fn changes(answer: &Value) -> Vec<String> {
    let mut changes = Vec::new();
    for root in answer["roots"].as_array().into_iter().flatten() {
        let texts = |name: &str| root[name].as_array().into_iter().flatten().filter_map(Value::as_str);
        let announced = texts("output").filter(|line| line.starts_with('🚀'));
        changes.extend(announced.map(|line| format!("{line}\n")));
        changes.extend(texts("changed").filter(|line| line.ends_with(": True")).map(|line| format!("{line}\n")));
    }
    changes
}

/// The components that count as changed.
pub fn changed(answer: &Value) -> Vec<String> {
    changes(answer).into_iter().filter(|line| !line.starts_with('🚀')).collect()
}

/// Whether the project was refused while it was configured.
pub fn is_refused(answer: &Value) -> bool {
    answer["errors"].as_array().is_none_or(|errors| !errors.is_empty())
}

/// Whether a root component failed.
pub fn has_failed(answer: &Value) -> bool {
    is_refused(answer) || answer["roots"].as_array().into_iter().flatten().any(|root| !root["failure"].is_null())
}
