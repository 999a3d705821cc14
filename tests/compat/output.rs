//! What the printed text of a run tells: which components updated, and which errors were met.

use std::collections::{BTreeMap, BTreeSet};

/// Breadcrumbs of the components that update, in their order, by host. Hosts work side by side, so the order between
/// two hosts means nothing.
pub type Updates = BTreeMap<String, Vec<String>>;

/// What lines about hosts and components begin with.
const ICONS: [&str; 4] = ["🚀 ", "⚪ ", "⏭", "💤 "];

/// The components that update.
///
/// The original writes a line and its end separately and from several threads, so that two lines may run into one.
pub fn updates(text: &str) -> Updates {
    let mut updates = Updates::new();
    let text = ICONS.iter().fold(text.to_owned(), |text, icon| text.replace(icon, &format!("\n{icon}")));
    for line in text.lines() {
        let Some((host, crumbs)) = line.strip_prefix("🚀 ").and_then(|rest| rest.split_once(": ")) else {
            continue;
        };
        updates.entry(host.to_owned()).or_default().push(without_names_of_environments(crumbs));
    }
    updates
}

/// What the virtual environments of `AppEnv` are called follows from the text of the original's own module, so their names differ on purpose.
fn without_names_of_environments(crumbs: &str) -> String {
    const NAME_LENGTH: usize = 8;
    let mut text = crumbs.to_owned();
    for before in ["AppEnv('", "/.appenv/"] {
        let mut parts = text.split(before);
        let mut replaced = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            replaced.push_str(before);
            match part.split_at_checked(NAME_LENGTH) {
                Some((name, rest)) if name.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                    replaced.push_str("<name>");
                    replaced.push_str(rest);
                }
                _ => replaced.push_str(part),
            }
        }
        text = replaced;
    }
    text
}

/// The error lines, without their order.
pub fn errors(text: &str) -> BTreeSet<String> {
    text.lines().map(str::trim).filter(|line| line.starts_with("ERROR:")).map(str::to_owned).collect()
}

/// The classes of all exceptions in the facts about an environment, sorted.
pub fn exception_classes(facts: &str) -> Result<Vec<String>, String> {
    let facts: serde_json::Value =
        serde_json::from_str(facts).map_err(|error| format!("no facts: {error}\n{facts}"))?;
    let collected = facts["exceptions"].as_array().into_iter().flatten();
    let all = collected.chain(std::iter::once(&facts["raised"]));
    let mut classes: Vec<String> = all.filter_map(|error| error["class"].as_str()).map(str::to_owned).collect();
    classes.sort();
    Ok(classes)
}

/// Takes the escape sequences of a terminal out.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
            continue;
        }
        // `ESC [ parameters letter` is the only form that the two programs use.
        if characters.next() == Some('[') {
            for character in characters.by_ref() {
                if character.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    plain
}
