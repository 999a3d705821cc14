//! `batou secrets textconv`.

use batou_core::{fs, vcs::git};

use super::project::{here, tell};
use crate::cli::CommandError;

const OPTION: &str = "diff.batou.textconv";
const COMMAND: &str = "batou secrets decrypttostdout";
const ATTRIBUTES: &str = ".gitattributes";
const LINES: [&str; 4] = ["*.gpg diff=batou", "*.age diff=batou", "*.age-diffable diff=batou", "*.aes diff=batou"];

/// Tells or makes what has git show clear texts.
pub(super) fn textconv(apply: bool) -> Result<(), CommandError> {
    if !apply {
        tell("# Once in each clone:")?;
        tell(&format!("git config {OPTION} \"{COMMAND}\""))?;
        tell(&format!("# Once in the repository, in the file {ATTRIBUTES}:"))?;
        return LINES.iter().try_for_each(|line| tell(line));
    }
    let project = here()?.project;
    let failed = || CommandError::failed("cannot set git up");
    git::set_option(&project, OPTION, COMMAND).map_err(|error| failed().with_cause(&error))?;
    tell(&format!("set {OPTION} in the repository"))?;
    let path = project.join(ATTRIBUTES);
    let old = match fs::look(&path).and_then(|found| found.map(|_| fs::read(&path)).transpose()) {
        Ok(content) => content.unwrap_or_default(),
        Err(error) => return Err(failed().with_cause(&error)),
    };
    let new = with_lines(&old);
    if new == old {
        return tell(&format!("{ATTRIBUTES} has the lines already"));
    }
    fs::replace(&path, &new, None).map_err(|error| failed().with_cause(&error))?;
    tell(&format!("wrote {ATTRIBUTES}; commit it"))
}

/// The text with the lines that it lacks.
fn with_lines(old: &[u8]) -> Vec<u8> {
    let mut new = old.to_vec();
    let text = String::from_utf8_lossy(old);
    for line in LINES.iter().filter(|line| !text.lines().any(|present| present.trim() == **line)) {
        if !new.is_empty() && !new.ends_with(b"\n") {
            new.push(b'\n');
        }
        new.extend_from_slice(line.as_bytes());
        new.push(b'\n');
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_once() {
        let added = with_lines(b"*.png binary\n*.age diff=batou");
        let expected =
            "*.png binary\n*.age diff=batou\n*.gpg diff=batou\n*.age-diffable diff=batou\n*.aes diff=batou\n";
        assert_eq!(String::from_utf8_lossy(&added), expected);
        assert_eq!(with_lines(&added), added);
    }
}
