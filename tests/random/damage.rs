//! What happens to deployed files between two runs.

use fastrand::Rng;

use crate::case::Change;
use crate::generator::Style;
use crate::snapshot::{Content, Tree};

/// Draws some changes of what is there. Only what is there can be damaged, so this looks at the tree that the original left.
pub fn draw(rng: &mut Rng, tree: &Tree, style: Style, junk: &[String]) -> Vec<Change> {
    let mut changes = Vec::new();
    let directory_exists = |path: &str| {
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        tree.get(&format!("project/{parent}")).is_some_and(|entry| entry.content == Content::Directory)
    };
    for path in junk {
        if directory_exists(path) && rng.bool() {
            changes.push(Change::Write { path: path.clone(), text: "junk\n".into() });
        }
    }
    let mut candidates: Vec<(&str, &Content)> = tree
        .iter()
        .filter_map(|(path, entry)| Some((path.strip_prefix("project/")?, &entry.content)))
        .filter(|(path, _)| path.starts_with("work/") && path.matches('/').count() > 1)
        .collect();
    rng.shuffle(&mut candidates);
    // Whatever lies below or above another change might be gone when it is its turn.
    let mut touched: Vec<&str> = Vec::new();
    for (path, content) in candidates {
        if touched.len() >= 4 {
            break;
        }
        if touched.iter().any(|other| other.starts_with(path) || path.starts_with(other)) {
            continue;
        }
        touched.push(path);
        changes.extend(one(rng, path, content, style));
    }
    changes
}

fn one(rng: &mut Rng, path: &str, content: &Content, style: Style) -> Vec<Change> {
    let path = path.to_owned();
    // What something is decides how parts look at it, so a prediction about a file that is a directory at the moment is not exact.
    // A part that fails because of it leaves the rest of the run to chance in the whole original.
    let kinds = if style == Style::Any { 7 } else { 4 };
    let kind = match content {
        Content::File(_) => rng.u8(..kinds),
        _ => 2,
    };
    match kind {
        0 => vec![Change::Write { path, text: "damaged ü\n".into() }],
        1 => vec![Change::Append { path, text: "more\n".into() }],
        2 => vec![Change::Delete(path)],
        3 => vec![Change::Mode { path, mode: "0604".into() }],
        4 => vec![Change::Delete(path.clone()), Change::Directory(path)],
        5 => vec![Change::Delete(path.clone()), Change::Symlink { path, target: "/nowhere/at/all".into() }],
        _ => vec![Change::Write { path, text: String::new() }],
    }
}
