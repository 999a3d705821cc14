//! The list of those who may read.

use super::document::{Document, DocumentError};

/// The section with the settings of the main file itself.
pub(super) const SECTION: &str = "batou";
const OPTION: &str = "members";

/// Splits a list at commas and line ends. Entries of nothing but commas, which older programs wrote, are dropped.
pub fn split(text: &str) -> Vec<String> {
    text.split([',', '\n']).map(str::trim).filter(|member| !member.is_empty()).map(str::to_owned).collect()
}

/// The members that a main file names, in its order; `None` if it names none.
pub fn of(document: &Document) -> Option<Vec<String>> {
    let members = split(document.get(SECTION, OPTION)?.value());
    (!members.is_empty()).then_some(members)
}

/// The members that a main file names.
///
/// # Errors
/// If the section or option is missing, or names nobody.
pub fn required(document: &Document) -> Result<Vec<String>, DocumentError> {
    let file = || document.file().to_owned();
    if !document.has_section(SECTION) {
        return Err(DocumentError::NoSection { file: file(), section: SECTION });
    }
    of(document).ok_or_else(|| DocumentError::NoOption { file: file(), section: SECTION, option: OPTION })
}

/// Writes the list, one a line.
pub fn write(document: &mut Document, members: &[String]) {
    document.set_list(SECTION, OPTION, members);
}

/// Writes the list anew if it holds an entry that is nothing but a comma. Says whether it did.
pub fn heal(document: &mut Document) -> bool {
    let Some(entry) = document.get(SECTION, OPTION) else {
        return false;
    };
    // A comma at the end of a line separates; a second one, alone or with blanks, is an entry that nobody wanted.
    let squeezed: String = entry.value().chars().filter(|character| !character.is_whitespace()).collect();
    if !squeezed.contains(",,") && !squeezed.starts_with(',') {
        return false;
    }
    let members = split(entry.value());
    write(document, &members);
    true
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use secrecy::ExposeSecret;

    use super::*;

    fn document(text: &str) -> Document {
        Document::parse(text, Path::new("secrets.cfg")).unwrap()
    }

    #[test]
    fn members_are_separated_by_commas_and_lines() {
        for text in ["a, b", "a,b", "\na,\nb", "a\nb", ",a,,\n,\n b ,", "a\n\n,b"] {
            assert_eq!(split(text), ["a", "b"], "{text:?}");
        }
        assert_eq!(split("ssh-rsa AAAA me@host, b"), ["ssh-rsa AAAA me@host", "b"]);
        assert_eq!(split("b,a,b"), ["b", "a", "b"], "order and repetitions are kept");
        assert!(split(" ,\n, ").is_empty());
    }

    #[test]
    fn an_entry_that_is_a_comma_is_healed_and_a_good_list_is_left_alone() {
        let mut broken = document("[batou]\nmembers =\n    a,\n    ,,\n    b\nx = 1\n");
        assert!(heal(&mut broken));
        assert_eq!(broken.text().expose_secret(), "[batou]\nmembers =\n    a,\n    b\nx = 1\n");
        for good in ["[batou]\nmembers = a, b\n", "[batou]\nmembers =\n  a,\n  b,\n", "[batou]\n", "[other]\n"] {
            let mut document = document(good);
            assert!(!heal(&mut document));
            assert_eq!(document.text().expose_secret(), good);
        }
    }

    #[test]
    fn a_list_is_written_one_a_line() {
        let mut document = document("[batou]\nmembers = a\n\n[x]\n");
        write(&mut document, &["b".to_owned(), "a".to_owned()]);
        assert_eq!(document.text().expose_secret(), "[batou]\nmembers =\n    b,\n    a\n\n[x]\n");
        write(&mut document, &["b".to_owned()]);
        assert_eq!(document.text().expose_secret(), "[batou]\nmembers =\n    b\n\n[x]\n");
        assert_eq!(required(&document).unwrap(), ["b"]);
    }

    #[test]
    fn nobody_is_an_error_that_says_what_to_write() {
        for (text, expected) in [
            ("[x]\n", "secrets.cfg: section [batou] is missing"),
            ("[batou]\n", "secrets.cfg: section [batou] has no members"),
            ("[batou]\nmembers = ,\n", "secrets.cfg: section [batou] has no members"),
        ] {
            let error = required(&document(text)).unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert!(error.hint().contains("members"));
        }
    }
}
