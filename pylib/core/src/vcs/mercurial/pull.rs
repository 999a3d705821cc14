//! Fetching from an address that nobody but the user may see.

use super::program::{hg, without_questions};
use super::{Checkout, MercurialError};
use crate::checksum::hexadecimal;
use crate::fs::{look, read, replace};
use crate::vcs::git::CommitId;

/// What is between these lines of the configuration is ours.
const BEGIN: &str = "# batou-pull begins\n";
const END: &str = "# batou-pull ends\n";

impl Checkout {
    /// Fetches a commit and all before it. The address goes into the configuration of the repository, which only its user can
    /// read, as it may hold a password, and arguments of programs are seen by everybody.
    ///
    /// # Errors
    /// An address that cannot be reached or does not have the commit, an interruption.
    pub fn pull(&self, url: &str, commit: CommitId, interrupted: &dyn Fn() -> bool) -> Result<(), MercurialError> {
        let path = self.path.join(".hg/hgrc");
        let old = if look(&path)?.is_some() { read(&path)? } else { Vec::new() };
        // Lines cannot be part of an address, and would be other settings.
        let url: String = url.chars().filter(|letter| !letter.is_control()).collect();
        let new = with_path(&String::from_utf8_lossy(&old), &url);
        if new.as_bytes() != old {
            replace(&path, new.as_bytes(), Some(0o600))?;
            crate::fs::set_mode(&path, 0o600)?;
        }
        let mut arguments = without_questions(&self.path)?;
        let revision = format!("--rev={}", hexadecimal(&commit));
        arguments.extend(["pull", "--quiet", &revision, "batou-pull"]);
        hg(&self.path, &arguments, interrupted).map(drop)
    }
}

/// A configuration with our part, which is the last one and so counts.
fn with_path(old: &str, url: &str) -> String {
    let mut text = match (old.find(BEGIN), old.find(END)) {
        (Some(begin), Some(end)) if begin < end => format!("{}{}", &old[..begin], &old[end + END.len()..]),
        _ => old.to_owned(),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    format!("{text}{BEGIN}[paths]\nbatou-pull = {url}\n{END}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_part_is_replaced_and_the_rest_kept() {
        let first = with_path("[ui]\nverbose = false", "https://one");
        assert_eq!(
            first,
            "[ui]\nverbose = false\n# batou-pull begins\n[paths]\nbatou-pull = https://one\n# batou-pull ends\n"
        );
        assert_eq!(with_path(&first, "https://two"), first.replace("one", "two"));
        assert_eq!(with_path(&first, "https://one"), first);
    }
}
