//! Credentials in `.netrc`, which count for everything that Python's requests fetches.

use std::path::{Path, PathBuf};

use super::error::DownloadError;
use crate::fs::FsError;

/// The user and password for a host: those of the file that `NETRC` names, or of `.netrc` or `_netrc` in the home directory.
///
/// # Errors
/// A file that is there and cannot be read.
pub(super) fn credentials(
    host: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<(String, String)>, DownloadError> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let places: Vec<PathBuf> = match (set("NETRC"), set("HOME")) {
        (Some(file), _) => vec![file.into()],
        (None, Some(home)) => [".netrc", "_netrc"].map(|name| Path::new(&home).join(name)).to_vec(),
        (None, None) => Vec::new(),
    };
    for place in places {
        // Anything else than a file, `/dev/null` for example, means that there is none.
        if crate::fs::follow(&place)?.is_some_and(|found| found.is_file()) {
            let text = std::fs::read(&place).map_err(|source| FsError::new("read", &place, source))?;
            return Ok(find(&String::from_utf8_lossy(&text), host));
        }
    }
    Ok(None)
}

/// The entry of the host, or else the default one.
fn find(text: &str, host: &str) -> Option<(String, String)> {
    let mut words = words(text).into_iter().peekable();
    while let Some(word) = words.next() {
        let machine = match word.as_str() {
            "machine" => words.next(),
            "default" => None,
            _ => continue,
        };
        let is_wanted = machine.as_deref().is_none_or(|machine| machine.eq_ignore_ascii_case(host));
        let (mut login, mut account, mut password) = (None, None, None);
        while let Some(word) = words.next_if(|word| !matches!(word.as_str(), "machine" | "default" | "macdef")) {
            match word.as_str() {
                "login" | "user" => login = words.next(),
                "account" => account = words.next(),
                "password" => password = words.next(),
                _ => {}
            }
        }
        if is_wanted {
            let user = login.filter(|login| !login.is_empty()).or(account).unwrap_or_default();
            return Some((user, password.unwrap_or_default()));
        }
    }
    None
}

/// The words of the file, without comments and macros. Blanks in quotes and behind a backslash belong to a word.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut characters = line.chars().peekable();
        loop {
            while characters.next_if(|character| character.is_whitespace()).is_some() {}
            // A comment ends with its line; a password may begin with its sign.
            let is_value = found.last().is_some_and(|word: &String| matches!(word.as_str(), "password" | "login"));
            match characters.peek() {
                None => break,
                Some('#') if !is_value => break,
                Some(_) => {}
            }
            let quoted = characters.next_if_eq(&'"').is_some();
            let mut word = String::new();
            while let Some(character) = characters.next() {
                match character {
                    '"' if quoted => break,
                    '\\' => word.extend(characters.next()),
                    other if other.is_whitespace() && !quoted => break,
                    other => word.push(other),
                }
            }
            if word == "macdef" && !quoted {
                // A macro ends with an empty line.
                lines.by_ref().take_while(|line| !line.trim().is_empty()).for_each(drop);
                break;
            }
            found.push(word);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# machine none login no password no\nmachine one.example\n  login ada\n  password #s\\ e\"c\n\
        macdef init\nmachine macro login x password x\n\nmachine two.example login \"b b\" account c password d # comment\n\
        machine three.example account only\n";

    #[test]
    fn entries_are_found_by_their_host() {
        let pair = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(find(TEXT, "one.example"), pair("ada", "#s e\"c"));
        assert_eq!(find(TEXT, "TWO.example"), pair("b b", "d"));
        assert_eq!(find(TEXT, "three.example"), pair("only", ""));
        assert_eq!((find(TEXT, "macro"), find(TEXT, "none"), find("", "x")), (None, None, None));
        assert_eq!(find(&format!("{TEXT}default login anybody password e"), "four.example"), pair("anybody", "e"));
        assert_eq!(find("machine a login", "a"), pair("", ""));
        assert_eq!(find("machine", "a"), pair("", ""));
    }

    #[test]
    fn the_file_is_that_of_the_variable_or_the_home_directory() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().to_str().unwrap().to_owned();
        let from = |netrc: Option<&str>| {
            credentials("h", &|name| match name {
                "HOME" => Some(directory.clone()),
                _ => netrc.map(str::to_owned),
            })
            .unwrap()
            .map(|(user, _)| user)
        };
        assert_eq!(from(None), None);
        std::fs::write(home.path().join("_netrc"), "machine h login second").unwrap();
        assert_eq!(from(None).as_deref(), Some("second"));
        std::fs::write(home.path().join(".netrc"), "machine h login first").unwrap();
        assert_eq!(from(None).as_deref(), Some("first"));
        assert_eq!(from(Some("/dev/null")), None);
        assert_eq!(from(Some("/missing")), None);
    }
}
