//! Which keys are tried, and how they are unlocked.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Instant;

use batou_core::secrets::Store;
use secrecy::ExposeSecret as _;

use super::support::{Place, age, decrypted, encrypted, run};

#[test]
fn a_locked_key_is_unlocked_once_for_a_hundred_files() {
    let place = Place::new(Some("open sesame"));
    let public = place.ssh_key(".ssh/id_ed25519", &["ed25519", "-a", "100"], "open sesame");
    let others: Vec<_> = (0..9).map(|index| place.age_key(&format!("other{index}"))).collect();
    let mut members: Vec<_> = others.iter().map(String::as_str).collect();
    members.push(&public);
    let mut provider = place.provider();
    let files: Vec<_> =
        (0..100).map(|index| encrypted(&mut provider, &members, format!("{index}").as_bytes())).collect();
    let begin = Instant::now();
    assert_eq!(decrypted(&mut provider, &files[0]).unwrap(), b"0");
    let first = begin.elapsed();
    let begin = Instant::now();
    for (index, stored) in files.iter().enumerate() {
        assert_eq!(decrypted(&mut provider, stored).unwrap(), format!("{index}").as_bytes());
    }
    let rest = begin.elapsed();
    assert_eq!(place.asked(), [format!("Enter passphrase for {}", place.path(".ssh/id_ed25519").display())]);
    // Unlocking with 100 rounds takes a second or so; a hundred unlockings would take minutes.
    assert!(rest < first * 5, "one file took {first:?}, a hundred more {rest:?}");
}

#[test]
fn two_environments_of_one_command_ask_once() {
    let place = Place::new(Some("open sesame"));
    let public = place.ssh_key(".ssh/id_ed25519", &["ed25519"], "open sesame");
    let locked = place.surroundings();
    for environment in ["dev", "live"] {
        fs::create_dir_all(place.path(&format!("environments/{environment}"))).unwrap();
        place.write(&format!("environments/{environment}/environment.cfg"), "[environment]\n");
        let mut store = Store::open(environment, &locked).unwrap();
        let text = format!("[batou]\nsecret_provider = age\nmembers = {public}\n[hello]\nword = {environment}\n");
        store.save_main(&text, false).unwrap();
    }
    let command = place.surroundings();
    for environment in ["dev", "live"] {
        let mut store = Store::open(environment, &command).unwrap();
        assert!(store.read_main().unwrap().expose_secret().contains(&format!("word = {environment}")));
    }
    assert_eq!(place.asked().len(), 1, "{:?}", place.asked());
    // Another command knows nothing of it.
    Store::open("dev", &place.surroundings()).unwrap().read_main().unwrap();
    assert_eq!(place.asked().len(), 2);
}

#[test]
fn nobody_is_asked_in_vain() {
    let place = Place::new(Some("open sesame"));
    let rsa = place.ssh_key(".ssh/id_rsa", &["rsa", "-b", "2048"], "open sesame");
    let ed25519 = place.ssh_key(".ssh/id_ed25519", &["ed25519"], "");
    let stranger = place.age_key("stranger.txt");
    let mut provider = place.provider();
    let stored = encrypted(&mut provider, &[&stranger], b"");
    let error = decrypted(&mut provider, &stored).unwrap_err().to_string();
    assert_eq!(error.matches("the file is not encrypted for it").count(), 2, "{error}");
    let stored = encrypted(&mut provider, &[&rsa, &ed25519], b"both");
    assert_eq!(decrypted(&mut provider, &stored).unwrap(), b"both");
    assert!(place.asked().is_empty());
    let stored = encrypted(&mut provider, &[&rsa], b"one");
    assert_eq!(decrypted(&mut provider, &stored).unwrap(), b"one");
    assert_eq!(place.asked().len(), 1);
}

#[test]
fn a_wrong_passphrase_is_told_and_not_asked_for_again() {
    let place = Place::new(Some("wrong"));
    let public = place.ssh_key(".ssh/id_ed25519", &["ed25519"], "right");
    let mut provider = place.provider();
    let stored = encrypted(&mut provider, &[&public], b"secret");
    for _ in 0..2 {
        let error = decrypted(&mut provider, &stored).unwrap_err().to_string();
        assert!(error.ends_with("id_ed25519: the passphrase is wrong"), "{error}");
    }
    assert_eq!(place.asked().len(), 1);
    assert_eq!(place.told().len(), 1);
}

#[test]
fn without_a_terminal_the_error_says_what_to_do() {
    let place = Place::new(None);
    let public = place.ssh_key(".ssh/id_ed25519", &["ed25519"], "right");
    let mut provider = place.provider();
    let stored = encrypted(&mut provider, &[&public], b"secret");
    let error = decrypted(&mut provider, &stored).unwrap_err();
    assert!(error.to_string().contains("there is no terminal"), "{error}");
    assert!(error.hint().unwrap().contains("BATOU_AGE_IDENTITY_PASSPHRASE"));
}

#[test]
fn a_passphrase_may_be_set() {
    let place = Place::new(None).with("BATOU_AGE_IDENTITY_PASSPHRASE", "set before");
    let public = place.ssh_key(".ssh/id_ed25519", &["ed25519"], "set before");
    let mut provider = place.provider();
    let stored = encrypted(&mut provider, &[&public], b"secret");
    assert_eq!(decrypted(&mut provider, &stored).unwrap(), b"secret");
    assert!(place.asked().is_empty());
}

#[test]
fn a_password_manager_is_asked_once_and_its_failure_shown() {
    let place = Place::new(None).with("BATOU_AGE_IDENTITY_PASSPHRASE", "op://vault/key/passphrase");
    let keys = [("one", "managed"), ("two", "managed")];
    let publics = keys.map(|(name, passphrase)| place.ssh_key(name, &["ed25519"], passphrase));
    let programs = place.path("bin");
    fs::create_dir(&programs).unwrap();
    let path = [programs.clone().into_os_string(), ":/usr/bin:/bin".into()].concat_os();
    let place = place.with("PATH", path).with("BATOU_AGE_IDENTITIES", "one, two");
    let mut provider = place.provider();
    let files = publics.map(|public| encrypted(&mut provider, &[&public], b"secret"));
    program(
        &place,
        "#!/bin/sh\n[ \"$1 $2\" = 'read op://vault/key/passphrase' ] || exit 9\necho x >> \"$(dirname \"$0\")/calls\"\necho ' managed '\n",
    );
    for stored in &files {
        assert_eq!(decrypted(&mut provider, stored).unwrap(), b"secret");
    }
    assert_eq!(fs::read_to_string(place.path("bin/calls")).unwrap(), "x\n");
    program(&place, "#!/bin/sh\necho 'you are not signed in' >&2\nexit 1\n");
    let error = decrypted(&mut place.provider(), &files[0]).unwrap_err().to_string();
    assert_eq!(error, "`op read op://vault/key/passphrase` gives no passphrase: you are not signed in");
    fs::remove_file(place.path("bin/op")).unwrap();
    let error = decrypted(&mut place.provider(), &files[0]).unwrap_err().to_string();
    assert!(error.ends_with("the program op is not installed"), "{error}");
}

fn program(place: &Place, text: &str) {
    let path = place.write("bin/op", text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

trait Concatenated {
    fn concat_os(self) -> std::ffi::OsString;
}

impl Concatenated for [std::ffi::OsString; 2] {
    fn concat_os(self) -> std::ffi::OsString {
        self.into_iter().collect()
    }
}

#[test]
fn a_file_of_identities_may_have_a_passphrase() {
    // Made by the crate that reads it, as the program takes passphrases from terminals only.
    let place = Place::new(Some("locked away")).with("BATOU_AGE_IDENTITIES", "keys.age");
    let public = place.age_key("keys.txt");
    let mut recipient = age::scrypt::Recipient::new("locked away".to_owned().into());
    recipient.set_work_factor(10);
    let stored = age::encrypt(&recipient, &fs::read(place.path("keys.txt")).unwrap()).unwrap();
    place.write("keys.age", stored);
    let mut provider = place.provider();
    for _ in 0..2 {
        let stored = age(&["-r", &public], b"secret");
        assert_eq!(decrypted(&mut provider, &stored).unwrap(), b"secret");
    }
    assert_eq!(place.asked().len(), 1);
}

#[test]
fn what_cannot_be_used_is_named_with_its_reason() {
    let place = Place::new(None).with("BATOU_AGE_IDENTITIES", "ecdsa,locked,old,text,none,folder,empty,keys.txt");
    place.ssh_key("ecdsa", &["ecdsa"], "");
    place.ssh_key("locked", &["ecdsa"], "x1234567");
    run(Command::new("ssh-keygen")
        .args(["-q", "-t", "rsa", "-m", "PEM", "-N", "x1234567", "-f"])
        .arg(place.path("old")));
    place.write("text", "my password is fish\n");
    place.write("empty", "# nothing\n");
    fs::create_dir(place.path("folder")).unwrap();
    let public = place.age_key("keys.txt");
    let stranger = place.age_key("stranger.txt");
    let mut provider = place.provider();
    let stored = encrypted(&mut provider, &[&public], b"secret");
    assert_eq!(decrypted(&mut provider, &stored).unwrap(), b"secret");
    assert!(place.told().is_empty(), "they are left out silently");
    let stored = encrypted(&mut provider, &[&stranger], b"secret");
    let error = decrypted(&mut provider, &stored).unwrap_err().to_string();
    let error = error.replace(&format!("{}/", place.folder.path().display()), "");
    for reason in [
        "ecdsa: keys of the type ecdsa-sha2-nistp256 cannot be used with age",
        "locked: keys of the type ecdsa-sha2-nistp256 cannot be used with age",
        "old: is encrypted in an old, insecure form; convert it with `ssh-keygen -o -p`",
        "text: holds no identity",
        "none: does not exist",
        "folder: cannot be read",
        "empty: holds no identity",
        "keys.txt: the file is not encrypted for it",
    ] {
        assert!(error.contains(reason), "{reason}: {error}");
    }
    assert!(!error.contains("fish"), "{error}");
    assert!(place.asked().is_empty());
}

#[test]
fn without_any_identity_the_error_says_so() {
    let place = Place::new(None);
    let public = place.age_key("keys.txt");
    let mut provider = place.provider();
    let stored = encrypted(&mut provider, &[&public], b"secret");
    let error = decrypted(&mut provider, &stored).unwrap_err();
    let folder = place.path(".ssh");
    assert_eq!(
        error.to_string(),
        format!(
            "secrets.cfg.age cannot be decrypted, as you have no private key: in {} there is none of id_rsa, id_ecdsa, \
             id_ecdsa_sk, id_ed25519, id_ed25519_sk, id_dsa",
            folder.display()
        )
    );
    assert!(error.hint().unwrap().contains("`ssh-keygen -t ed25519`"));
}
