//! The format as a whole: what is made can be opened, and nothing else.

use std::path::Path;
use std::process::Command;

use secrecy::{ExposeSecret, SecretString};

use super::format::{Sealed, seal};
use super::keys::{Cost, Keys};
use super::{PassphraseError, PassphraseProvider};
use crate::secrets::test_support::{Scripted, surroundings};
use crate::secrets::{Provider, SecretsError, aespipe, piped};

/// Cheap, as tests derive many keys.
const COST: Cost = Cost { log_n: 4, r: 1, p: 1 };
const PASSPHRASE: &str = "correct horse battery staple";

/// Made with Python's `hashlib.scrypt` and `hmac`, and `openssl enc -aes-256-cbc`, as `docs/secrets-formats.md` does it backwards.
const KNOWN: &str = "\
batou-aes 1\n\
scrypt 10 8 1 AAECAwQFBgcICQoLDA0ODw==\n\
check h/FQ2mQX1vL0VeMiwwrzsA==\n\
iv EBESExQVFhcYGRobHB0eHw==\n\
pCFz7raB4c2ix+0FYSJhQYuOKtippifXpxlg0HttUmsMLEgKMobiS6FN3gFGFpTL\n\
4o9lFHea9+OGUUepd1YhHItyQl4PHWiTBzt37sHLBkU=\n\
hmac-sha256 4n74Gsjy2XQKbZdgPAjag6H3RlClqMNzGTU0xbiVkMA=\n\
";
const KNOWN_CLEAR: &[u8] = b"[component:db]\npassword = verysecret\n# 60 bytes or more, for two lines\n";

fn provider(answers: &[&str]) -> PassphraseProvider {
    PassphraseProvider::with_cost(&surroundings(Path::new("/nowhere"), &[], &Scripted::new(answers)), COST)
}

fn file() -> &'static Path {
    Path::new("secrets.cfg.aes")
}

fn open(stored: &[u8]) -> Result<Vec<u8>, PassphraseError> {
    match provider(&[PASSPHRASE]).decrypt(file(), stored) {
        Ok(clear) => Ok(clear.expose_secret().to_vec()),
        Err(SecretsError::Passphrase(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

/// A small file of low cost.
fn small() -> Vec<u8> {
    provider(&[PASSPHRASE, PASSPHRASE]).encrypt(file(), b"content").unwrap()
}

#[test]
fn a_file_of_other_programs_is_opened_and_made_again() {
    assert_eq!(open(KNOWN.as_bytes()).unwrap(), KNOWN_CLEAR);
    let cost = Cost { log_n: 10, r: 8, p: 1 };
    let salt = std::array::from_fn(|place| place as u8);
    let keys = Keys::derive(&SecretString::from(PASSPHRASE), &salt, cost).unwrap();
    let iv = std::array::from_fn(|place| place as u8 + 16);
    assert_eq!(String::from_utf8(seal(KNOWN_CLEAR, &keys, &salt, cost, &iv)).unwrap(), KNOWN);
}

#[test]
fn every_size_comes_back() {
    let mut provider = provider(&[PASSPHRASE, PASSPHRASE]);
    for size in (0..100).chain([4095, 4096, 100_000]) {
        let clear: Vec<u8> = (0..size).map(|place| (place * 7) as u8).collect();
        let stored = provider.encrypt(file(), &clear).unwrap();
        assert_eq!(provider.decrypt(file(), &stored).unwrap().expose_secret(), clear, "{size}");
    }
    assert_eq!(provider.derivations(), 1);
}

#[test]
fn every_flipped_bit_is_noticed() {
    let stored = small();
    for place in 0..stored.len() {
        for bit in 0..8 {
            let mut changed = stored.clone();
            changed[place] ^= 1 << bit;
            assert!(open(&changed).is_err(), "bit {bit} of byte {place}");
        }
    }
    open(&stored).unwrap();
}

#[test]
fn every_truncation_is_noticed() {
    let stored = small();
    for length in 0..stored.len() {
        assert!(open(&stored[..length]).is_err(), "{length}");
    }
    for length in [0, 4, "batou-aes ".len(), "batou-aes 1\nscr".len(), stored.len() - 1] {
        assert!(matches!(open(&stored[..length]), Err(PassphraseError::Truncated { .. })), "{length}");
    }
}

#[test]
fn whatever_is_added_is_noticed() {
    let mut stored = small();
    stored.push(b'\n');
    assert!(open(&stored).is_err());
    stored.splice(0..0, *b" ");
    assert!(matches!(open(&stored), Err(PassphraseError::OtherFormat { .. })));
}

#[test]
fn ends_of_lines_may_be_those_of_mail() {
    let stored = String::from_utf8(small()).unwrap().replace('\n', "\r\n");
    assert_eq!(open(stored.as_bytes()).unwrap(), b"content");
}

#[test]
fn each_mistake_has_its_error() {
    let text = String::from_utf8(small()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let with_line = |number: usize, line: &str| {
        let mut lines = lines.clone();
        lines[number] = line;
        open(format!("{}\n", lines.join("\n")).as_bytes()).unwrap_err()
    };
    assert!(matches!(open(b"age-encryption.org/v1\n"), Err(PassphraseError::OtherFormat { .. })));
    assert!(matches!(with_line(0, "batou-aes 2"), PassphraseError::Version { version, .. } if version == "2"));
    let salt = lines[1].rsplit(' ').next().unwrap();
    for cost in ["63 8 1", "21 8 1", "20 8 16", "0 8 1", "20 1 4294967295"] {
        let error = with_line(1, &format!("scrypt {cost} {salt}"));
        assert!(matches!(error, PassphraseError::Cost { .. }), "{cost}: {error}");
    }
    for derivation in
        ["scrypt", "scrypt 4 1 1 AAAA", "scrypt +4 1 1 ", "scrypt -1 1 1 ", "scrypt 999 1 1 ", "bcrypt 4 1 1 "]
    {
        let line = if derivation.ends_with(' ') { format!("{derivation}{salt}") } else { derivation.to_owned() };
        let error = with_line(1, &line);
        assert!(error.to_string().contains("line 2 is no line of scrypt"), "{derivation}: {error}");
    }
    let another = "QUJDREVGR0hJSktMTU5PUA==";
    assert!(matches!(with_line(1, &format!("scrypt 4 1 1 {another}")), PassphraseError::Wrong { .. }));
    assert!(matches!(with_line(2, &format!("check {another}")), PassphraseError::Wrong { .. }));
    assert!(matches!(with_line(3, &format!("iv {another}")), PassphraseError::Damaged { .. }));
    assert!(matches!(with_line(3, "iv"), PassphraseError::Damaged { what, .. } if what.contains("line 4")));
    assert!(matches!(with_line(4, another), PassphraseError::Damaged { .. }));
    assert!(matches!(with_line(4, "%"), PassphraseError::Damaged { what, .. } if what.contains("base64")));
    assert!(
        matches!(with_line(5, "hmac-sha256 AAAA"), PassphraseError::Damaged { what, .. } if what.contains("last line"))
    );
}

#[test]
fn a_wrong_passphrase_may_be_corrected() {
    let stored = small();
    let dialogue = Scripted::new(&["wrong", PASSPHRASE]);
    let mut provider = PassphraseProvider::with_cost(&surroundings(Path::new("/nowhere"), &[], &dialogue), COST);
    let error = provider.decrypt(file(), &stored).unwrap_err();
    assert_eq!(error.to_string(), "wrong passphrase for secrets.cfg.aes");
    assert_eq!(provider.decrypt(file(), &stored).unwrap().expose_secret(), b"content");
    // Now it is the right one, whatever a third file says.
    let other = provider_of_another_passphrase();
    assert!(provider.decrypt(file(), &other).is_err());
    assert!(provider.decrypt(file(), &stored).is_ok());
    assert_eq!(dialogue.asked().len(), 2);
}

fn provider_of_another_passphrase() -> Vec<u8> {
    let another = "another passphrase, as long";
    provider(&[another, another]).encrypt(file(), b"x").unwrap()
}

#[test]
fn files_of_one_environment_are_one_question_and_one_derivation() {
    let mut maker = provider(&[PASSPHRASE, PASSPHRASE]);
    let files: Vec<Vec<u8>> = (0..100_u8).map(|number| maker.encrypt(file(), &[number]).unwrap()).collect();
    let dialogue = Scripted::new(&[PASSPHRASE]);
    let mut reader = PassphraseProvider::with_cost(&surroundings(Path::new("/nowhere"), &[], &dialogue), COST);
    for (number, stored) in files.iter().enumerate() {
        assert_eq!(reader.decrypt(file(), stored).unwrap().expose_secret(), [number as u8]);
    }
    let again = reader.encrypt(file(), b"edited").unwrap();
    assert_eq!(reader.derivations(), 1);
    assert_eq!(dialogue.asked(), ["Enter passphrase for secrets.cfg.aes"]);
    // The same salt, another initial vector.
    let line = |stored: &[u8], number: usize| String::from_utf8_lossy(stored).lines().nth(number).unwrap().to_owned();
    assert_eq!(line(&again, 1), line(&files[0], 1));
    assert_ne!(line(&files[1], 3), line(&files[0], 3));
    assert_eq!(open(&again).unwrap(), b"edited");
}

#[test]
fn a_cheap_file_becomes_dearer_when_it_is_saved() {
    let stored = small();
    let dearer = Cost { log_n: 5, ..COST };
    let dialogue = Scripted::new(&[PASSPHRASE]);
    let mut provider = PassphraseProvider::with_cost(&surroundings(Path::new("/nowhere"), &[], &dialogue), dearer);
    provider.decrypt(file(), &stored).unwrap();
    let saved = provider.encrypt(file(), b"content").unwrap();
    assert!(Sealed::parse(file(), &saved).unwrap().cost == dearer);
}

#[test]
fn a_file_of_0_2_becomes_one_of_ours() {
    let older = aespipe::encrypt(b"[a]\nb = c\n", &SecretString::from(PASSPHRASE)).unwrap();
    let dialogue = Scripted::new(&["wrong", PASSPHRASE]);
    let mut provider = PassphraseProvider::with_cost(&surroundings(Path::new("/nowhere"), &[], &dialogue), COST);
    assert!(provider.decrypt(file(), &older).is_err());
    assert!(provider.decrypt_of_any_age(file(), &older).is_err());
    let clear = provider.decrypt_of_any_age(file(), &older).unwrap();
    let newer = provider.encrypt(file(), clear.expose_secret()).unwrap();
    assert_eq!(open(&newer).unwrap(), b"[a]\nb = c\n");
    assert_eq!(provider.decrypt_of_any_age(file(), &newer).unwrap().expose_secret(), b"[a]\nb = c\n");
    assert_eq!(dialogue.asked().len(), 2);
}

#[test]
fn members_of_another_format_change_nothing() {
    let mut provider = provider(&[]);
    assert_eq!(provider.address(&["age1abc".to_owned()]).unwrap(), None);
    assert!(provider.is_addressed(file(), &small()).unwrap());
}

#[test]
fn new_files_have_the_cost_of_today() {
    let directory = Path::new("/nowhere");
    let mut provider =
        PassphraseProvider::new(&surroundings(directory, &[], &Scripted::new(&[PASSPHRASE, PASSPHRASE])));
    let stored = provider.encrypt(file(), b"content").unwrap();
    let text = String::from_utf8(stored.clone()).unwrap();
    assert!(text.starts_with("batou-aes 1\nscrypt 17 8 1 "), "{text}");
    assert_eq!(open(&stored).unwrap(), b"content");
}

#[test]
fn the_recipe_of_the_documentation_opens_files() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/secrets-formats.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(KNOWN), "the example of the page is another one");
    let recipe = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let stored = directory.path().join("stored.aes");
    let run = |passphrase: &str, content: &[u8]| {
        std::fs::write(&stored, content).unwrap();
        let mut python = Command::new("python3");
        piped::run(python.args(["-c", recipe]).arg(&stored), format!("{passphrase}\n").as_bytes()).unwrap()
    };
    let output = run(PASSPHRASE, KNOWN.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(*output.stdout, KNOWN_CLEAR);
    let today =
        PassphraseProvider::new(&surroundings(Path::new("/nowhere"), &[], &Scripted::new(&[PASSPHRASE, PASSPHRASE])))
            .encrypt(file(), b"content")
            .unwrap();
    assert_eq!(*run(PASSPHRASE, &today).stdout, b"content");
    assert!(!run("another", KNOWN.as_bytes()).status.success());
}
