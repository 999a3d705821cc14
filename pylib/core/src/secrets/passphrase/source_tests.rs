//! Where passphrases come from.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::ExposeSecret;

use super::PassphraseSource;
use crate::secrets::test_support::{Scripted, surroundings};

const LONG: &str = "twenty characters, or more";

fn project(passphrase: Option<(&[u8], u32)>) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    if let Some((content, mode)) = passphrase {
        let path = directory.path().join(".batou-passphrase");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    directory
}

fn existing(project: &Path, variables: &[(&str, &str)], answers: &[&str]) -> Result<String, String> {
    let mut source = PassphraseSource::new(&surroundings(project, variables, &Scripted::new(answers)));
    match source.existing(&project.join("environments/x/secrets.cfg.aes")) {
        Ok(passphrase) => Ok(passphrase.expose_secret().to_owned()),
        Err(error) => Err(format!("{error} ({})", error.hint().unwrap_or_default())),
    }
}

fn command(text: &str) -> [(&str, &str); 1] {
    [("BATOU_PASSPHRASE_COMMAND", text)]
}

#[test]
fn the_command_comes_first_then_the_file_then_the_user() {
    let project = project(Some((b"  from file \n\n", 0o600)));
    let here = project.path();
    assert_eq!(existing(here, &command("echo ' from command '"), &["typed"]).unwrap(), " from command ");
    assert_eq!(existing(here, &command(""), &["typed"]).unwrap(), "from file");
    std::fs::remove_file(here.join(".batou-passphrase")).unwrap();
    assert_eq!(existing(here, &[], &["typed"]).unwrap(), "typed");
    assert!(existing(here, &[], &[]).unwrap_err().starts_with("no passphrase for environments/x/secrets.cfg.aes"));
}

#[test]
fn a_command_runs_in_the_project_and_loses_one_end_of_line() {
    let project = project(Some((b"x", 0o600)));
    assert_eq!(existing(project.path(), &command("cat .batou-passphrase; printf '\\n\\n'"), &[]).unwrap(), "x\n");
}

#[test]
fn a_failing_command_is_heard() {
    let project = project(Some((b"x", 0o600)));
    let fails = |text| existing(project.path(), &command(text), &["typed"]).unwrap_err();
    let error = fails("echo secret; echo 'vault is locked' >&2; exit 4");
    assert!(error.contains("failed (exit code 4): vault is locked"), "{error}");
    assert!(!error.contains("secret"), "{error}");
    assert!(fails("false").contains("failed (exit code 1) "), "{}", fails("false"));
    assert!(fails("true").contains("is empty"));
    assert!(fails("printf '\\377'").contains("is not UTF-8"));
}

#[test]
fn a_file_that_others_can_use_is_refused() {
    for mode in [0o640, 0o604, 0o660, 0o644] {
        let project = project(Some((b"x", mode)));
        let error = existing(project.path(), &[], &["typed"]).unwrap_err();
        assert!(error.contains(&format!("(mode {mode:04o})")), "{error}");
        assert!(error.contains("chmod 600 "), "{error}");
    }
    for mode in [0o600, 0o400] {
        assert_eq!(existing(project(Some((b"x", mode))).path(), &[], &[]).unwrap(), "x");
    }
}

#[test]
fn a_file_must_hold_a_passphrase() {
    for (content, part) in [(&b" \n"[..], "is empty"), (b"\xff", "is not UTF-8")] {
        let error = existing(project(Some((content, 0o600))).path(), &[], &["typed"]).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join(".batou-passphrase")).unwrap();
    std::fs::set_permissions(directory.path().join(".batou-passphrase"), std::fs::Permissions::from_mode(0o700))
        .unwrap();
    assert!(existing(directory.path(), &[], &["typed"]).unwrap_err().contains("cannot read"));
}

fn new_one(project: &Path, variables: &[(&str, &str)], answers: &[&str]) -> (Result<String, String>, usize) {
    let dialogue = Scripted::new(answers);
    let mut source = PassphraseSource::new(&surroundings(project, variables, &dialogue));
    let result = source.new_one(Path::new("new.aes")).map_err(|error| error.to_string());
    (result.map(|passphrase| passphrase.expose_secret().to_owned()), dialogue.asked().len())
}

#[test]
fn a_new_passphrase_is_long_and_entered_twice() {
    let here = Path::new("/nowhere");
    assert_eq!(new_one(here, &[], &[LONG, LONG]), (Ok(LONG.to_owned()), 2));
    assert_eq!(new_one(here, &[], &[LONG, "another"]), (Err("passphrases do not match".to_owned()), 2));
    let short = "passphrase must be at least 20 characters long".to_owned();
    assert_eq!(new_one(here, &[], &["äääääääääääääääääää"]), (Err(short.clone()), 1));
    let project = project(Some((b"short", 0o600)));
    assert_eq!(new_one(project.path(), &[], &[]), (Err(short), 0));
    assert_eq!(new_one(project.path(), &command(&format!("echo {LONG}")), &[]), (Ok(LONG.to_owned()), 0));
}

#[test]
fn a_passphrase_that_opened_a_file_serves_new_ones_too() {
    let dialogue = Scripted::new(&["old and short"]);
    let mut source = PassphraseSource::new(&surroundings(Path::new("/nowhere"), &[], &dialogue));
    source.existing(Path::new("a")).unwrap();
    source.tell(true);
    assert_eq!(source.new_one(Path::new("b")).unwrap().expose_secret(), "old and short");
    assert_eq!(dialogue.asked(), ["Enter passphrase for a"]);
}

#[test]
fn what_opened_another_file_of_the_command_is_tried_before_anybody_is_asked() {
    let dialogue = Scripted::new(&["of the first", "of the third"]);
    let command = surroundings(Path::new("/nowhere"), &[], &dialogue);
    let mut first = PassphraseSource::new(&command);
    first.existing(Path::new("a")).unwrap();
    assert!(!first.tell(true));
    let mut second = PassphraseSource::new(&command);
    assert_eq!(second.existing(Path::new("b")).unwrap().expose_secret(), "of the first");
    assert!(!second.tell(true));
    let mut third = PassphraseSource::new(&command);
    assert_eq!(third.existing(Path::new("c")).unwrap().expose_secret(), "of the first");
    assert!(third.tell(false), "another one is to be tried");
    assert_eq!(third.existing(Path::new("c")).unwrap().expose_secret(), "of the third");
    assert!(!third.tell(true));
    assert_eq!(dialogue.asked(), ["Enter passphrase for a", "Enter passphrase for c"]);
    // A new file may have another passphrase, so its own is asked for.
    assert!(PassphraseSource::new(&command).new_one(Path::new("d")).is_err());
}
