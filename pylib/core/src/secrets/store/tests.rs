use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::open::Place;
use super::test_provider::{CALLS, SUCCESSES, open, stored};
use super::{Saved, Store};
use crate::secrets::{Dialogue, Kind, NoAnswer, SecretsError, Session, Surroundings};

struct Silent;

impl Dialogue for Silent {
    fn ask_secret(&self, _prompt: &str) -> Result<SecretString, NoAnswer> {
        Err(NoAnswer::NoTerminal)
    }

    fn warn(&self, _text: &str) {}
}

/// A project with one environment, `dev`.
struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Project {
        let project = Project(tempfile::tempdir().unwrap());
        project.write("environments/dev/environment.cfg", "[environment]\n");
        project
    }

    fn with(kind: Kind, main: &str, files: &[(&str, &str)]) -> Project {
        let project = Project::new();
        let mut store = project.store();
        store.save_main(main, false).unwrap();
        assert_eq!(store.kind(), Some(kind));
        for (name, content) in files {
            store.save_file(name, content.as_bytes()).unwrap();
        }
        project
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings {
            project: self.0.path().to_owned(),
            home: None,
            variables: Arc::new(|_| None),
            dialogue: Arc::new(Silent),
            session: Session::default(),
        }
    }

    fn try_store(&self) -> Result<Store, SecretsError> {
        Store::open_with(Place::Environment("dev".to_owned()), &self.surroundings(), open)
    }

    fn store(&self) -> Store {
        self.try_store().unwrap()
    }

    /// All files below the project but the definition of the environment.
    fn content(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(directory: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, found);
                } else if path.file_name().unwrap() != "environment.cfg" {
                    let name = path.strip_prefix(root).unwrap().display().to_string();
                    found.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(self.0.path(), self.0.path(), &mut found);
        found
    }

    fn names(&self) -> Vec<String> {
        self.content().into_keys().map(|name| name.replace("environments/dev/", "")).collect()
    }
}

fn main_text(kind: &str, members: &str) -> String {
    format!("[batou]\nmembers = {members}\nsecret_provider = {kind}\n\n# why\n[db]\npassword = geheim\nempty =\n")
}

fn saves(saved: &Saved) -> Vec<String> {
    saved.written.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

fn read(store: &mut Store) -> String {
    store.read_main().unwrap().expose_secret().to_owned()
}

#[test]
fn a_new_environment_starts_from_the_template_and_makes_nothing_by_being_looked_at() {
    let project = Project::new();
    let mut store = project.store();
    assert_eq!(store.kind(), None);
    assert_eq!(read(&mut store), "[batou]\nsecret_provider = age\nmembers =\n");
    assert_eq!(store.main_path(), Path::new("environments/dev/secrets.cfg.age"));
    let lock = store.lock().unwrap();
    drop(lock);
    assert!(matches!(store.read_file("x"), Err(SecretsError::NoSecrets { .. })));
    assert!(matches!(store.save_file("x", b"y"), Err(SecretsError::NoSecrets { .. })));
    let error = store.save_main("[batou]\nsecret_provider = age\nmembers =\n", false).unwrap_err();
    assert_eq!(error.to_string(), "environments/dev/secrets.cfg.age: section [batou] has no members");
    let error = store.save_main("[batou]\nmembers = a\n", false).unwrap_err();
    assert_eq!(error.to_string(), "environments/dev/secrets.cfg.age: section [batou] has no secret_provider");
    let error = store.save_main("[batou]\nmembers = a\nsecret_provider = rot13\n", false).unwrap_err();
    assert_eq!(error.to_string(), "environments/dev/secrets.cfg.age:3: \"rot13\" is no secret provider");
    assert!(project.names().is_empty());
}

#[test]
fn every_format_stores_and_gives_back() {
    for kind in Kind::ALL {
        let project = Project::new();
        let mut store = project.store();
        let text = main_text(kind.name(), "a, b");
        let saved = store.save_main(&text, false).unwrap();
        let has_list = matches!(kind, Kind::Age | Kind::AgeDiffable);
        let main = format!("secrets.cfg.{kind}");
        assert_eq!(saves(&saved), if has_list { vec![main.as_str(), "age_keys.txt"] } else { vec![main.as_str()] });
        assert_eq!(store.kind(), Some(kind));
        assert!(saved.switched.is_none() && !saved.are_keys_changed && saved.provider_added.is_none());
        let saved = store.save_file("foo.yaml", b"\xff\x00").unwrap();
        assert_eq!(saves(&saved), [format!("secret-foo.yaml.{}", kind.file_suffix())]);
        store.save_file("empty", b"").unwrap();
        let mut store = project.store();
        let expected = if kind == Kind::AgeDiffable { text.replace("empty =\n", "empty = \n") } else { text.clone() };
        assert_eq!(read(&mut store), expected);
        assert_eq!(store.files(), ["empty", "foo.yaml"]);
        assert_eq!(store.read_file("foo.yaml").unwrap().expose_secret(), b"\xff\x00");
        assert_eq!(store.read_file("empty").unwrap().expose_secret(), b"");
        assert_eq!(store.members().unwrap(), if kind == Kind::Aes { vec![] } else { vec!["a", "b"] });
        let before = project.content();
        assert!(before.values().all(|content| !content.windows(6).any(|window| window == b"geheim")));
        // Nothing is written if nothing changed.
        let saved = store.save_main(&expected, false).unwrap();
        assert!(saved.is_unchanged(), "{saved:?}");
        assert!(store.save_file("foo.yaml", b"\xff\x00").unwrap().is_unchanged());
        assert!(store.reencrypt(false).unwrap().is_unchanged());
        assert_eq!(project.content(), before);
    }
}

#[test]
fn only_changed_values_of_a_diffable_file_are_encrypted() {
    let text = "[batou]\nmembers = a\nsecret_provider = age-diffable\n[x]\none = 1\nlines =\n    l1\n    l2\n";
    let project = Project::with(Kind::AgeDiffable, text, &[]);
    let mut store = project.store();
    let clear = read(&mut store);
    CALLS.take();
    let saved = store.save_main(&clear.replace("one = 1", "one = 2\n# new").replace("l1", "l1 "), false).unwrap();
    assert_eq!(saves(&saved), ["secrets.cfg.age-diffable"]);
    assert_eq!(CALLS.take(), ["encrypt environments/dev/secrets.cfg.age-diffable:5"]);
    let saved = store.reencrypt(true).unwrap();
    // Ours encrypts to the same bytes, so that nothing is to be written; both values were encrypted, though.
    assert!(saved.is_unchanged());
    assert_eq!(CALLS.take().iter().filter(|call| call.starts_with("encrypt")).count(), 2);
}

#[test]
fn a_missing_provider_is_added_and_a_lonely_comma_removed() {
    let project = Project::with(Kind::Gpg, &main_text("gpg", "a"), &[]);
    let mut store = project.store();
    let saved = store.save_main("[batou]\nmembers = a,,b", false).unwrap();
    assert_eq!(saved.provider_added, Some(Kind::Gpg));
    assert_eq!(read(&mut store), "[batou]\nmembers =\n    a,\n    b\nsecret_provider = gpg\n");
}

#[test]
fn other_keys_encrypt_everything_and_their_list_is_last() {
    let project = Project::with(Kind::Age, &main_text("age", "a"), &[("x", "1"), ("y", "2")]);
    let mut store = project.store();
    let saved = store.add_member("b").unwrap();
    assert!(saved.are_keys_changed);
    assert_eq!(saves(&saved), ["secrets.cfg.age", "secret-x.age", "secret-y.age", "age_keys.txt"]);
    assert_eq!(store.members().unwrap(), ["a", "b"]);
    assert_eq!(project.content()["environments/dev/age_keys.txt"], b"a\nb");
    assert!(store.add_member("b").unwrap().is_unchanged());
    // Keys that changed at their source: saving one file encrypts all.
    project.write("environments/dev/age_keys.txt", "old");
    let saved = store.save_file("x", b"1").unwrap();
    // The main file comes out as it was, because this format always gives the same bytes.
    assert_eq!(saves(&saved), ["secret-x.age", "secret-y.age", "age_keys.txt"]);
    assert!(store.remove_member("a").unwrap().are_keys_changed);
    let error = store.remove_member("b").unwrap_err();
    assert!(error.to_string().ends_with("section [batou] has no members"), "{error}");
    assert_eq!(store.members().unwrap(), ["b"]);
}

#[test]
fn gpg_files_for_other_keys_are_found_one_by_one() {
    let project = Project::with(Kind::Gpg, &main_text("gpg", "a"), &[("x", "1"), ("y", "2")]);
    project.write("environments/dev/secret-y.gpg", stored(Kind::Gpg, &["a", "gone"], "2"));
    let saved = project.store().reencrypt(false).unwrap();
    assert!(saved.are_keys_changed);
    assert_eq!(saves(&saved), ["secret-y.gpg"]);
}

#[test]
fn a_change_of_format_converts_everything_and_removes_the_old() {
    let files = [("x", "1"), ("y.z", "2")];
    for old in Kind::ALL {
        for new in Kind::ALL.into_iter().filter(|new| *new != old) {
            let project = Project::with(old, &main_text(old.name(), "a"), &files);
            let mut store = project.store();
            let saved = store.switch(new, None).unwrap();
            assert_eq!(saved.switched, Some((old, new)));
            let suffix = new.file_suffix();
            let mut expected =
                vec![format!("secret-x.{suffix}"), format!("secret-y.z.{suffix}"), format!("secrets.cfg.{new}")];
            if suffix == "age" {
                expected.insert(0, "age_keys.txt".to_owned());
            }
            assert_eq!(project.names(), expected, "{old} to {new}");
            let mut store = project.store();
            assert_eq!(store.read_file("y.z").unwrap().expose_secret(), b"2");
            assert_eq!(store.get("db.password").unwrap().expose_secret(), "geheim");
        }
    }
}

#[test]
fn files_that_would_suddenly_count_are_in_the_way() {
    let project = Project::with(Kind::Gpg, &main_text("gpg", "a"), &[("x", "1")]);
    project.write("environments/dev/secret-old.age", "something");
    let before = project.content();
    let error = project.store().switch(Kind::Age, None).unwrap_err();
    assert!(error.to_string().ends_with("environments/dev/secret-old.age"), "{error}");
    assert_eq!(project.content(), before);
}

#[test]
fn nothing_changes_if_any_encryption_fails() {
    for new in [Kind::Age, Kind::Gpg, Kind::AgeDiffable] {
        for successes in 0..4 {
            let project = Project::with(Kind::Age, &main_text("age", "a"), &[("x", "1"), ("y", "2")]);
            let before = project.content();
            let mut store = project.store();
            let text = main_text(new.name(), "a, b").replace("empty =", "empty = x");
            SUCCESSES.set(successes);
            let outcome = store.save_main(&text, true);
            SUCCESSES.set(usize::MAX);
            let needed = if new == Kind::AgeDiffable { 4 } else { 3 };
            assert_eq!(outcome.is_ok(), successes >= needed, "{new} {successes}");
            if outcome.is_err() {
                assert_eq!(project.content(), before);
                assert_eq!(read(&mut store), main_text("age", "a"));
                store.save_main(&text, true).unwrap();
            }
        }
    }
}

#[test]
fn nothing_changes_if_a_member_has_no_key_or_a_file_cannot_be_written() {
    let project = Project::with(Kind::Age, &main_text("age", "a"), &[("x", "1")]);
    let before = project.content();
    project.store().add_member("nobody").unwrap_err();
    assert_eq!(project.content(), before);
    // A file that cannot be replaced, found before the first one is in place.
    std::fs::remove_file(project.0.path().join("environments/dev/age_keys.txt")).unwrap();
    std::fs::create_dir(project.0.path().join("environments/dev/age_keys.txt")).unwrap();
    let before = project.content();
    let error = project.store().add_member("b").unwrap_err();
    assert!(error.to_string().contains("age_keys.txt"), "{error}");
    assert_eq!(project.content(), before);
}

#[test]
fn a_directory_without_permission_keeps_the_old_files() {
    let project = Project::with(Kind::Age, &main_text("age", "a"), &[("x", "1")]);
    let before = project.content();
    let directory = project.0.path().join("environments/dev");
    let set = |mode| std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(mode)).unwrap();
    let root = project.0.path().to_owned();
    let surroundings = || project.surroundings();
    set(0o555);
    let surroundings = surroundings();
    crate::fs::test_support::as_ordinary_user(&root, move || {
        let mut store = Store::open_with(Place::Environment("dev".to_owned()), &surroundings, open).unwrap();
        let error = store.add_member("b").unwrap_err();
        assert!(error.to_string().contains("ermission denied"), "{error}");
    });
    set(0o755);
    assert_eq!(project.content(), before);
}

#[test]
fn an_interrupted_change_of_format_is_completed_by_the_next_save() {
    let project = Project::with(Kind::Gpg, &main_text("gpg", "a"), &[("x", "1")]);
    let old = project.content();
    project.store().switch(Kind::Age, None).unwrap();
    let new = project.content();
    // As after a power failure right behind the new main file.
    for (name, content) in &old {
        project.write(name, content);
    }
    std::fs::remove_file(project.0.path().join("environments/dev/age_keys.txt")).unwrap();
    let error = project.try_store().err().unwrap();
    assert!(matches!(error, SecretsError::SeveralMainFiles { .. }), "{error}");
    project.write("environments/dev/.batou-secrets-switch", "gpg age\n");
    let mut store = project.store();
    assert_eq!(store.kind(), Some(Kind::Age));
    assert_eq!(store.get("db.password").unwrap().expose_secret(), "geheim");
    store.reencrypt(false).unwrap();
    assert_eq!(project.content(), new);
}

#[test]
fn a_note_of_a_change_that_did_not_come_to_the_main_file_counts_for_nothing() {
    let project = Project::with(Kind::Gpg, &main_text("gpg", "a"), &[("x", "1")]);
    project.write("environments/dev/.batou-secrets-switch", "gpg age\n");
    project.write("environments/dev/secret-x.age", "x");
    let mut store = project.store();
    assert_eq!(store.kind(), Some(Kind::Gpg));
    store.switch(Kind::Age, None).unwrap();
    assert_eq!(project.names(), ["age_keys.txt", "secret-x.age", "secrets.cfg.age"]);
}

#[test]
fn copies_of_editors_do_not_count_and_two_main_files_do() {
    let project = Project::with(Kind::Age, &main_text("age", "a"), &[]);
    for name in ["secrets.cfg.gpg.old", "secrets.cfg.age~", ".secrets.cfg.age.swp", "secrets.cfg.age.bak"] {
        project.write(&format!("environments/dev/{name}"), "x");
    }
    assert_eq!(project.store().kind(), Some(Kind::Age));
    project.write("environments/dev/secrets.cfg.gpg", "x");
    let error = project.try_store().err().unwrap();
    let text = error.to_string();
    assert!(text.contains("environments/dev/secrets.cfg.age,") && text.contains("secrets.cfg.gpg"), "{text}");
    std::fs::remove_file(project.0.path().join("environments/dev/secrets.cfg.gpg")).unwrap();
    project.write("environments/dev/secrets.cfg.rot13", "x");
    assert!(matches!(project.try_store(), Err(SecretsError::UnknownSuffix { .. })));
    let missing = Store::open("prod", &project.surroundings()).err().unwrap();
    assert_eq!(missing.to_string(), "there is no environment prod");
    assert_eq!(missing.hint().as_deref(), Some("known are: dev"));
}

#[test]
fn a_directory_with_the_name_of_a_main_file_is_an_error() {
    let project = Project::new();
    let main = project.0.path().join("environments/dev/secrets.cfg.age");
    std::fs::create_dir_all(main).unwrap();
    std::fs::create_dir_all(project.0.path().join("environments/dev/secrets.cfg.d")).unwrap();
    let error = project.store().read_main().unwrap_err();
    assert!(error.to_string().contains("environments/dev/secrets.cfg.age"), "{error}");
}

#[test]
fn older_layouts_are_read_and_saved_under_their_names() {
    let text = "[batou]\nmembers = a\n[db]\npassword = x\n";
    for (main, file, foreign) in [
        ("environments/dev/secrets.cfg", "environments/dev/secret-x.yaml", "environments/dev/secret-x.yaml~"),
        ("secrets/dev.cfg", "secrets/dev-x.yaml", "secrets/dev-two.cfg"),
    ] {
        let project = Project::new();
        project.write("environments/dev-two.cfg", "[environment]\n");
        project.write("secrets/dev-two-y", "other");
        for name in [main, file] {
            project.write(name, stored(Kind::Gpg, &["a"], text));
        }
        project.write(foreign, "other");
        let mut store = project.store();
        assert!(store.is_older_layout());
        assert_eq!((store.kind(), store.files()), (Some(Kind::Gpg), ["x.yaml".to_owned()].as_slice()));
        assert_eq!(read(&mut store), text);
        let names = project.names();
        assert_eq!(store.set("db.password", &"y".into()).unwrap().written, [Path::new(main)]);
        store.save_file("x.yaml", b"new").unwrap();
        assert_eq!(project.names(), names);
        assert_eq!(project.content()[file], stored(Kind::Gpg, &["a"], "new"));
        let error = store.switch(Kind::Age, None).unwrap_err();
        assert!(error.hint().unwrap().contains("batou migrate"));
    }
}

#[test]
fn a_file_of_a_component_is_saved_as_it_is() {
    let project = Project::new();
    project.write("components/secrets/dev.cfg.aes", stored(Kind::Aes, &[], "[db]\nk = 1\n"));
    let mut store = project.store();
    assert!(store.is_of_component());
    assert_eq!(store.get("db.k").unwrap().expose_secret(), "1");
    assert!(store.save_main("[db]\nk = 1\n", false).unwrap().is_unchanged());
    let saved = store.save_main("[db]\nk = 2\nk = 3\n", false).unwrap();
    assert_eq!(saved.written, [Path::new("components/secrets/dev.cfg.aes")]);
    assert!(store.save_main("nonsense\n", false).is_err());
    for error in [store.switch(Kind::Age, None).unwrap_err(), store.save_file("x", b"").unwrap_err()] {
        assert!(matches!(error, SecretsError::OfComponent { .. }), "{error}");
    }
    let mut store =
        Store::open_with(Place::Path(project.0.path().join("other/new.cfg.aes")), &project.surroundings(), open)
            .unwrap();
    assert_eq!((store.kind(), read(&mut store).as_str()), (None, ""));
    store.save_main("[a]\nb = c\n", false).unwrap();
    assert_eq!(read(&mut store), "[a]\nb = c\n");
    assert!(crate::secrets::injection::from_store(&mut store).unwrap().components.is_empty());
}

#[test]
fn links_stay_links_and_modes_are_kept() {
    let project = Project::with(Kind::Age, &main_text("age", "a"), &[]);
    let at = |name: &str| project.0.path().join(name);
    std::fs::rename(at("environments/dev/secrets.cfg.age"), at("real")).unwrap();
    symlink("../../real", at("environments/dev/secrets.cfg.age")).unwrap();
    std::fs::set_permissions(at("real"), std::fs::Permissions::from_mode(0o640)).unwrap();
    let before = std::fs::read(at("real")).unwrap();
    project.store().set("db.password", &"new".into()).unwrap();
    assert!(at("environments/dev/secrets.cfg.age").is_symlink());
    assert_ne!(std::fs::read(at("real")).unwrap(), before);
    assert_eq!(at("real").metadata().unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn single_values_are_read_and_set_by_section_and_option() {
    let text =
        "[batou]\nmembers = a\nsecret_provider = age\n[component:db]\nKey = 1\n[host:web.example.com]\ndata-x = 2\n";
    let project = Project::with(Kind::Age, text, &[]);
    let mut store = project.store();
    for (key, value) in
        [("db.key", "1"), ("component:db.Key", "1"), ("host:web.example.com.data-x", "2"), ("db:Key", "1")]
    {
        assert_eq!(store.get(key).unwrap().expose_secret(), value, "{key}");
    }
    let error = store.get("db.other").unwrap_err();
    assert_eq!(error.hint().unwrap(), "it sets component:db.Key, host:web.example.com.data-x");
    store.set("db.key", &"a\n\nb".into()).unwrap();
    store.set("host:web.example.com.data-y", &"3".into()).unwrap();
    store.set("new.option", &"\nx\ny".into()).unwrap();
    assert_eq!(store.get("db.key").unwrap().expose_secret(), "a\n\nb");
    assert_eq!(store.get("new.option").unwrap().expose_secret(), "\nx\ny");
    let expected = "[component:db]\nKey = a\n      \n      b\n[host:web.example.com]\ndata-x = 2\ndata-y = 3\n\n\
                    [new]\noption =\n         x\n         y\n";
    assert!(read(&mut store).ends_with(expected), "{}", read(&mut store));
    assert!(matches!(store.set("db.key", &"a\n  b".into()), Err(SecretsError::ValueNotKept { .. })));
    for key in ["nodot", "a.", ".b", "a.#b", "a.[b]", "a.b\nc = d"] {
        let outcome = store.set(key, &"x".into());
        assert!(matches!(outcome, Err(SecretsError::InvalidKey { .. })), "{key}: {outcome:?}");
    }
}

#[test]
fn a_second_editor_is_refused_and_a_foreign_change_is_not_overwritten() {
    let project = Project::with(Kind::Age, &main_text("age", "a"), &[("x", "1")]);
    let mut first = project.store();
    let mut second = project.store();
    second.read_main().unwrap();
    let lock = first.lock().unwrap();
    let error = second.lock().unwrap_err();
    assert_eq!(error.to_string(), "environments/dev/secrets.cfg.age is being edited by somebody else");
    assert!(matches!(second.add_member("z"), Err(SecretsError::Locked { .. })));
    first.read_file("x").unwrap();
    first.set("db.password", &"theirs".into()).unwrap();
    drop(lock);
    assert!(matches!(second.add_member("z"), Err(SecretsError::ChangedMeanwhile { .. })));
    project.write("environments/dev/secret-x.age", stored(Kind::Age, &["a"], "foreign"));
    let mut third = project.store();
    third.read_file("x").unwrap();
    project.write("environments/dev/secret-x.age", stored(Kind::Age, &["a"], "foreign again"));
    assert!(matches!(third.save_file("x", b"2"), Err(SecretsError::ChangedMeanwhile { .. })));
}

/// Takes the lock of batou 2.x on a file.
const ORIGINAL: &str = "
import fcntl, sys
file = open(sys.argv[1], sys.argv[2])
try:
    fcntl.lockf(file, fcntl.LOCK_NB | (fcntl.LOCK_EX if '+' in sys.argv[2] else fcntl.LOCK_SH))
    print('locked', flush=True)
    sys.stdin.read()
except BlockingIOError:
    print('busy', flush=True)
";

#[test]
fn the_original_program_and_ours_keep_each_other_out() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let project = Project::with(Kind::Age, &main_text("age", "a"), &[("x", "1")]);
    let original = |name: &str, mode: &str| {
        let path = project.0.path().join("environments/dev").join(name);
        let mut child = Command::new("python3")
            .args(["-c", ORIGINAL])
            .arg(path)
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (child, line)
    };
    for (name, mode) in [("secrets.cfg.age", "r+b"), ("secrets.cfg.age", "rb"), ("secret-x.age", "r+b")] {
        let (mut child, line) = original(name, mode);
        assert_eq!(line, "locked\n");
        let error = project.store().lock().unwrap_err();
        assert_eq!(error.to_string(), format!("environments/dev/{name} is being edited by somebody else"));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut store = project.store();
    let lock = store.lock().unwrap();
    // Reading a locked file must not give the lock away.
    store.read_main().unwrap();
    store.read_file("x").unwrap();
    for (name, mode) in [("secrets.cfg.age", "r+b"), ("secrets.cfg.age", "rb"), ("secret-x.age", "r+b")] {
        let (mut child, line) = original(name, mode);
        assert_eq!(line, "busy\n");
        child.wait().unwrap();
    }
    drop(lock);
    let (mut child, line) = original("secrets.cfg.age", "r+b");
    assert_eq!(line, "locked\n");
    child.kill().unwrap();
    child.wait().unwrap();
}
