//! What the user may have meant.

use super::CommandError;

// Of two names with a similarity below this, one is rarely a slip of the other.
const SIMILAR: f64 = 0.75;
const AT_MOST: usize = 3;

/// Gives the question that names the known names nearest to an unknown one, nearest first; `None` if none is near.
pub fn did_you_mean(unknown: &str, known: &[String]) -> Option<String> {
    let unknown = unknown.to_lowercase();
    let mut near: Vec<(f64, &str)> = known
        .iter()
        .map(|name| (similarity(&unknown, &name.to_lowercase()), name.as_str()))
        .filter(|(similarity, _)| *similarity >= SIMILAR)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
    near.truncate(AT_MOST);
    let names: Vec<String> = near.iter().map(|(_, name)| format!("`{name}`")).collect();
    match names.split_last() {
        None => None,
        Some((last, [])) => Some(format!("did you mean {last}?")),
        Some((last, others)) => Some(format!("did you mean {} or {last}?", others.join(", "))),
    }
}

// Jaro finds swapped and forgotten letters; a long beginning (`prod` for `production`) is a slip too.
fn similarity(unknown: &str, known: &str) -> f64 {
    if unknown.len() >= 3 && known.starts_with(unknown) { 1.0 } else { strsim::jaro(unknown, known) }
}

/// The error for an environment that the project does not have.
pub fn unknown_environment(name: &str, known: &[String]) -> CommandError {
    let meant = did_you_mean(name, known).or_else(|| did_you_mean(name_in_path(name), known));
    let error = CommandError::usage(format!("unknown environment `{name}`")).with_hints(meant);
    if known.is_empty() {
        error.with_hint("the project has no environments yet; create `environments/NAME/environment.cfg`")
    } else {
        error.with_hint(format!("known environments: {}", sorted(known)))
    }
}

// Somebody may have given the directory or the file of an environment instead of its name.
fn name_in_path(path: &str) -> &str {
    let directory = path.strip_suffix("/environment").unwrap_or(path).trim_end_matches('/');
    directory.rsplit_once('/').map_or(directory, |(_, name)| name)
}

/// The error for a host that the environment does not have.
pub fn unknown_host(name: &str, environment: &str, known: &[String]) -> CommandError {
    let error = CommandError::usage(format!("unknown host `{name}` in environment `{environment}`"))
        .with_hints(did_you_mean(name, known));
    if known.is_empty() {
        error.with_hint("the environment has no hosts")
    } else {
        error.with_hint(format!("known hosts: {}", sorted(known)))
    }
}

fn sorted(names: &[String]) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        ["staging", "production", "dev", "devhost"].map(str::to_owned).to_vec()
    }

    #[test]
    fn near_names_are_offered() {
        let cases = [
            ("prodcution", Some("did you mean `production`?")),
            ("prod", Some("did you mean `production`?")),
            ("Dev", Some("did you mean `dev` or `devhost`?")),
            ("dve", None),
            ("stagign", Some("did you mean `staging`?")),
            ("mars", None),
            ("", None),
        ];
        for (unknown, expected) in cases {
            assert_eq!(did_you_mean(unknown, &known()).as_deref(), expected, "{unknown}");
        }
    }

    #[test]
    fn known_names_are_listed_sorted() {
        let error = unknown_environment("prodcution", &known());
        assert_eq!(error.message, "unknown environment `prodcution`");
        assert_eq!(
            error.hints,
            ["did you mean `production`?", "known environments: dev, devhost, production, staging"]
        );
        for path in ["environments/dev", "./environments/dev/", "environments/dev/environment"] {
            assert_eq!(unknown_environment(path, &known()).hints[0], "did you mean `dev` or `devhost`?", "{path}");
        }
        assert_eq!(unknown_environment("dev", &[]).hints.len(), 1);
        assert_eq!(unknown_host("x", "dev", &known()).message, "unknown host `x` in environment `dev`");
    }
}
