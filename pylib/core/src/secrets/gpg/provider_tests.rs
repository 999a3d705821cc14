//! With the real program, on keys of the tests' own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use secrecy::ExposeSecret;

use super::{GpgError, GpgProvider, MemberProblem};
use crate::secrets::test_support::{Scripted, surroundings};
use crate::secrets::{Provider, SecretsError};

/// A home of gpg. Its agent ends with it.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Home {
        // Not below TMPDIR, as the path of the agent's socket may have 107 characters only.
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        Home(tempfile::Builder::new().prefix("gpg").permissions(private).tempdir_in("/tmp").unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn gpg(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new("gpg")
            .args(["--batch", "--no-tty", "--yes", "--passphrase", ""])
            .args(arguments)
            .env("GNUPGHOME", self.path())
            .output()
            .expect("gpg can be started; `make encryption` installs it");
        assert!(output.status.success(), "gpg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn generate(&self, member: &str) {
        self.gpg(&["--quick-generate-key", member, "future-default", "default", "never"]);
    }

    fn import(&self, from: &Home, member: &str) {
        let file = self.path().join("import");
        std::fs::write(&file, from.gpg(&["--export", member])).unwrap();
        self.gpg(&["--import", file.to_str().unwrap()]);
    }

    fn kill_agent(&self) {
        let status = Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.path()).status();
        assert!(status.is_ok_and(|status| status.success()), "gpgconf cannot end the agent");
    }

    fn provider(&self) -> GpgProvider {
        let path = std::env::var("PATH").unwrap();
        let variables = [("PATH", path.as_str()), ("GNUPGHOME", self.path().to_str().unwrap())];
        GpgProvider::new(&surroundings(Path::new("/nowhere"), &variables, &Scripted::new(&[])))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        drop(Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.path()).status());
    }
}

fn two_members() -> Home {
    let home = Home::new();
    home.generate("ada@example.com");
    home.generate("Linus <linus@example.com>");
    home
}

static FILE: LazyLock<PathBuf> = LazyLock::new(|| PathBuf::from("environments/x/secrets.cfg.gpg"));

fn members(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn gpg_error<T>(result: Result<T, SecretsError>) -> GpgError {
    match result {
        Err(SecretsError::Gpg(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no error"),
    }
}

#[test]
fn what_is_encrypted_comes_back_for_each_member() {
    let home = two_members();
    let mut provider = home.provider();
    assert_eq!(provider.address(&members(&["ada@example.com", "linus@example.com"])).unwrap(), None);
    for clear in [&b""[..], b"content\n", &[0, 255].repeat(100_000)] {
        let stored = provider.encrypt(&FILE, clear).unwrap();
        assert_eq!(provider.decrypt(&FILE, &stored).unwrap().expose_secret(), clear);
        assert!(provider.is_addressed(&FILE, &stored).unwrap());
    }
    // The program itself opens what is made, and what it makes is opened.
    let stored = home.path().join("stored.gpg");
    std::fs::write(&stored, provider.encrypt(&FILE, b"ours").unwrap()).unwrap();
    assert_eq!(home.gpg(&["--decrypt", stored.to_str().unwrap()]), b"ours");
    let clear = home.path().join("clear");
    std::fs::write(&clear, "theirs").unwrap();
    for form in ["--armor", "--no-armor"] {
        let theirs = home.gpg(&[form, "-o", "-", "-r", "ada@example.com", "--encrypt", clear.to_str().unwrap()]);
        assert_eq!(provider.decrypt(&FILE, &theirs).unwrap().expose_secret(), b"theirs");
        assert!(!provider.is_addressed(&FILE, &theirs).unwrap());
    }

    // One member alone, named in whatever way.
    provider.address(&members(&["ada@example.com"])).unwrap();
    let stored = provider.encrypt(&FILE, b"x").unwrap();
    let listing = String::from_utf8(home.gpg(&["--with-colons", "--list-keys", "ada@example.com"])).unwrap();
    let fingerprints: Vec<&str> =
        listing.lines().filter(|line| line.starts_with("fpr:")).filter_map(|line| line.split(':').nth(9)).collect();
    for fingerprint in fingerprints {
        for name in [fingerprint, &fingerprint[24..], &fingerprint[32..]] {
            provider.address(&members(&[name])).unwrap();
            assert!(provider.is_addressed(&FILE, &stored).unwrap(), "{name}");
        }
    }
    provider.address(&members(&["linus@example.com"])).unwrap();
    assert!(!provider.is_addressed(&FILE, &stored).unwrap());
    provider.address(&members(&["linus@example.com", "ada@example.com"])).unwrap();
    assert!(!provider.is_addressed(&FILE, &stored).unwrap());

    // Keys that a file does not tell, and a passphrase beside them, are nobody that can be compared.
    provider.address(&members(&["ada@example.com"])).unwrap();
    let clear = clear.to_str().unwrap();
    let hidden = home.gpg(&["-o", "-", "--throw-keyids", "-r", "ada@example.com", "--encrypt", clear]);
    assert!(!provider.is_addressed(&FILE, &hidden).unwrap());
    assert_eq!(provider.decrypt(&FILE, &hidden).unwrap().expose_secret(), b"theirs");
    let both = home.gpg(&[
        "-o",
        "-",
        "--passphrase",
        "x",
        "--pinentry-mode",
        "loopback",
        "--symmetric",
        "-r",
        "ada@example.com",
        "--encrypt",
        clear,
    ]);
    assert!(!provider.is_addressed(&FILE, &both).unwrap());
}

#[test]
fn the_configuration_adds_nobody() {
    let home = two_members();
    std::fs::write(home.path().join("gpg.conf"), "encrypt-to linus@example.com\nthrow-keyids\narmor\n").unwrap();
    let mut provider = home.provider();
    provider.address(&members(&["ada@example.com"])).unwrap();
    let stored = provider.encrypt(&FILE, b"x").unwrap();
    assert_eq!(stored[0] & 0x80, 0x80, "armored");
    assert!(provider.is_addressed(&FILE, &stored).unwrap());
    let listing = String::from_utf8(home.gpg(&["--with-colons", "--list-keys", "ada@example.com"])).unwrap();
    let subkey = listing.lines().find(|line| line.starts_with("sub:")).and_then(|line| line.split(':').nth(4)).unwrap();
    assert_eq!(provider.addressed_keys(), [subkey]);
}

#[test]
fn each_unusable_member_is_named_with_the_reason() {
    let other = two_members();
    let home = Home::new();
    home.generate("me@example.com");
    home.import(&other, "ada@example.com");
    home.gpg(&[
        "--faked-system-time",
        "20200101T000000",
        "--quick-generate-key",
        "old@example.com",
        "future-default",
        "default",
        "1d",
    ]);
    let mut provider = home.provider();
    for (member, problem, part) in [
        ("nobody@example.com", MemberProblem::NoKey, "gpg --import"),
        ("old@example.com", MemberProblem::Expired, "current key"),
        ("ada@example.com", MemberProblem::Untrusted, "gpg --lsign-key ada@example.com"),
    ] {
        let error = gpg_error(provider.address(&members(&["me@example.com", member])));
        assert!(
            matches!(&error, GpgError::Member { member: named, problem: told, .. } if named == member && *told == problem),
            "{error}"
        );
        assert!(error.hint().unwrap().contains(part), "{error:?}");
        // It was not addressed after all.
        assert!(matches!(gpg_error(provider.encrypt(&FILE, b"x")), GpgError::NoMembers));
    }
    home.gpg(&["--quick-lsign-key", &fingerprint(&home, "ada@example.com")]);
    provider.address(&members(&["me@example.com", "ada@example.com"])).unwrap();
    assert!(matches!(gpg_error(provider.address(&[])), GpgError::NoMembers));
}

fn fingerprint(home: &Home, member: &str) -> String {
    let listing = String::from_utf8(home.gpg(&["--with-colons", "--list-keys", member])).unwrap();
    let line = listing.lines().find(|line| line.starts_with("fpr:")).unwrap();
    line.split(':').nth(9).unwrap().to_owned()
}

#[test]
fn each_unusable_file_has_its_error() {
    let home = Home::new();
    home.generate("me@example.com");
    let mut provider = home.provider();
    provider.address(&members(&["me@example.com"])).unwrap();
    let stored = provider.encrypt(&FILE, b"some secret content").unwrap();

    let stranger = Home::new();
    let error = gpg_error(stranger.provider().decrypt(&FILE, &stored));
    assert!(matches!(&error, GpgError::NoSecretKey { keys, .. } if keys.len() == 1), "{error}");

    let end = stored.len();
    for place in [end / 2, end - 30, end - 5, end - 1] {
        let mut damaged = stored.clone();
        damaged[place] ^= 1;
        let error = gpg_error(provider.decrypt(&FILE, &damaged));
        assert!(matches!(error, GpgError::Decrypt { .. }), "{place}: {error}");
        assert!(!format!("{error:?}").contains("content"), "{error:?}");
    }
    for length in [end - 1, end / 2 + 30] {
        assert!(matches!(gpg_error(provider.decrypt(&FILE, &stored[..length])), GpgError::Decrypt { .. }), "{length}");
    }
    for text in [&b"hello"[..], b"", b"\x80\x80\x80"] {
        let error = gpg_error(provider.decrypt(&FILE, text));
        assert!(matches!(error, GpgError::NotEncrypted { .. } | GpgError::Decrypt { .. }), "{text:?}: {error}");
        let error = gpg_error(provider.is_addressed(&FILE, text));
        assert!(matches!(error, GpgError::NotEncrypted { .. } | GpgError::List { .. }), "{text:?}: {error}");
    }
    let clear = home.path().join("clear");
    std::fs::write(&clear, "anybody could write this").unwrap();
    for form in ["--store", "--sign"] {
        let packed = home.gpg(&["-o", "-", form, clear.to_str().unwrap()]);
        assert!(matches!(gpg_error(provider.decrypt(&FILE, &packed)), GpgError::NotEncrypted { .. }), "{form}");
        assert!(matches!(gpg_error(provider.is_addressed(&FILE, &packed)), GpgError::NotEncrypted { .. }), "{form}");
    }
}

#[test]
fn the_agent_asks_for_the_passphrase_of_a_key() {
    let home = Home::new();
    home.gpg(&[
        "--passphrase",
        "of the key",
        "--quick-generate-key",
        "me@example.com",
        "future-default",
        "default",
        "never",
    ]);
    let mut provider = home.provider();
    provider.address(&members(&["me@example.com"])).unwrap();
    let stored = provider.encrypt(&FILE, b"content").unwrap();

    // A user who closes the window, and then one who answers.
    for (answer, is_open) in [("ERR 83886179 Operation cancelled", false), ("D of the key\nOK", true)] {
        let pinentry = home.path().join("pinentry");
        let script = format!(
            "#!/bin/sh\necho OK ready\nwhile read -r command rest; do\ncase $command in\nGETPIN) cat <<END\n{answer}\nEND\n;;\n\
             BYE) echo OK; exit;;\n*) echo OK;;\nesac\ndone\n"
        );
        std::fs::write(&pinentry, script).unwrap();
        std::fs::set_permissions(&pinentry, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::write(home.path().join("gpg-agent.conf"), format!("pinentry-program {}\n", pinentry.display()))
            .unwrap();
        home.kill_agent();
        let clear = provider.decrypt(&FILE, &stored);
        if is_open {
            assert_eq!(clear.unwrap().expose_secret(), b"content");
        } else {
            let error = gpg_error(clear);
            assert!(matches!(error, GpgError::Decrypt { .. }), "{error}");
            assert!(error.hint().unwrap().contains("GPG_TTY"));
        }
    }
}

#[test]
fn the_program_is_looked_for_in_the_path() {
    let empty = tempfile::tempdir().unwrap();
    let with_path =
        |path: &str| GpgProvider::new(&surroundings(Path::new("/nowhere"), &[("PATH", path)], &Scripted::new(&[])));
    let error = gpg_error(with_path(empty.path().to_str().unwrap()).decrypt(&FILE, b"x"));
    assert!(matches!(error, GpgError::Missing), "{error}");
    assert!(error.hint().unwrap().contains("install GnuPG"));

    // gpg2 serves where there is no gpg; what is no program is passed over.
    let program = empty.path().join("gpg2");
    std::fs::write(&program, "#!/bin/sh\necho 'gpg: out of order' >&2\nexit 7\n").unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(empty.path().join("gpg"), "no program").unwrap();
    let error = gpg_error(with_path(empty.path().to_str().unwrap()).decrypt(&FILE, b"x"));
    assert_eq!(error.to_string(), "gpg cannot decrypt environments/x/secrets.cfg.gpg (exit code 7): out of order");
}
