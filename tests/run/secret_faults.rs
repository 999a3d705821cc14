//! Saving secrets while the process is killed or the disk fills up: what is stored is old or new, and nothing stays clear.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{BATOU, Disk, Ended, Project, copy, finish};

/// The calls that change something, or stand between those that do.
const CALLS: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,fchmod,fchmodat,fchown,rename,renameat,renameat2,unlink,\
                     unlinkat,mkdir,mkdirat,rmdir,close,fcntl,flock,fsetxattr";
const KEY: &str = "sample-key.txt";
const OTHER_KEY: &str = "other-key.txt";
const OLD: &str = "the-old-value-of-the-password";
const NEW: &str = "the-new-value-of-the-password";
const FILE: &str = "content of a secret file\n";

/// A project whose environment `dev` has a main file and two secret files, readable with two keys.
fn project(suffix: &str) -> Project {
    let project =
        Project::new("from batou.component import Component\n\n\nclass Demo(Component):\n\n    password = None\n");
    let members = [KEY, OTHER_KEY].map(|name| {
        let made = Command::new("age-keygen").arg("-o").arg(project.path(name)).output().expect("age-keygen runs");
        assert!(made.status.success(), "no key: {made:?}");
        let text = project.read(name);
        let public = text.lines().find_map(|line| line.strip_prefix("# public key: "));
        public.expect("the public key").to_owned()
    });
    let text = format!(
        "[batou]\nsecret_provider = {suffix}\nmembers =\n    {},\n    {}\n\n[demo]\npassword = {OLD}\n",
        members[0], members[1]
    );
    project.write("main.cfg", &text);
    project.write("extra.txt", FILE);
    for words in [
        &["secrets", "edit", "-e", "cp main.cfg", "dev"][..],
        &["secrets", "edit", "-e", "cp extra.txt", "dev", "one.txt"],
        &["secrets", "edit", "-e", "cp extra.txt", "dev", "two.txt"],
    ] {
        let ended = finish(batou(&project).args(words));
        assert_eq!(ended.code, Some(0), "{words:?}\n{ended}");
    }
    for name in ["main.cfg", "extra.txt"] {
        fs::remove_file(project.path(name)).expect("it was written");
    }
    project
}

fn with_key<'command>(project: &Project, command: &'command mut Command) -> &'command mut Command {
    command.env("BATOU_AGE_IDENTITIES", KEY).env("XDG_RUNTIME_DIR", runtime_directory(project))
}

fn batou(project: &Project) -> Command {
    let mut command = project.command(BATOU);
    with_key(project, &mut command);
    command
}

/// Stands for the memory file system of a login.
fn runtime_directory(project: &Project) -> PathBuf {
    let path = project.place().join("runtime");
    fs::create_dir_all(&path).expect("a directory");
    path
}

/// Runs a command with a text on its standard input.
fn feed(command: &mut Command, input: &str) -> Ended {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    // Who is killed early reads nothing.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends").into()
}

/// What a stored file says, by another program.
fn decrypted(project: &Project, name: &str) -> String {
    let path = project.path("environments/dev").join(name);
    let output = Command::new("age").arg("-d").arg("-i").arg(project.path(KEY)).arg(&path).output().expect("age runs");
    assert!(output.status.success(), "{name} cannot be opened: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Demands that no file in or beside the project holds one of the texts in clear.
fn assert_nothing_clear(place: &Path, moment: &str) {
    for entry in fs::read_dir(place).unwrap_or_else(|error| panic!("{}: {error}", place.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            assert_nothing_clear(&path, moment);
        } else if let Ok(content) = fs::read(&path) {
            for text in [OLD, NEW, FILE.trim()] {
                let found = content.windows(text.len()).any(|part| part == text.as_bytes());
                assert!(!found, "{moment}: {} holds {text:?}", path.display());
            }
        }
    }
}

fn names(project: &Project) -> Vec<String> {
    let listing = fs::read_dir(project.path("environments/dev")).expect("a directory");
    let mut names: Vec<String> =
        listing.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Repeats a command on copies of the project, killed at its first, second, ... system call that changes something, until it comes
/// to its end unhurt. Gives the number of kills.
fn kill_everywhere(original: &Project, words: &[&str], input: &str, check: &dyn Fn(&Project, &str)) -> usize {
    for call in 1..2_000 {
        let project = Project::new("");
        fs::remove_dir_all(project.path("")).expect("the project can be replaced");
        copy(&original.path(""), &project.path(""));
        let mut command = project.command("strace");
        with_key(&project, &mut command);
        command
            .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={CALLS}")])
            .args(["-e", &format!("inject={CALLS}:signal=SIGKILL:when={call}")])
            .arg(BATOU)
            .args(words);
        let ended = feed(&mut command, input);
        let moment = format!("{words:?} killed at call {call}");
        assert_nothing_clear(project.place(), &moment);
        check(&project, &moment);
        if ended.code == Some(0) {
            return call - 1;
        }
        assert_eq!(ended.code, None, "{moment}\n{ended}");

        // Nothing is in the way of the next one, which also removes what was left.
        let next = feed(batou(&project).args(words), input);
        assert_eq!(next.code, Some(0), "after {moment}\n{next}");
        assert_eq!(names(&project), names(original), "after {moment}");
    }
    panic!("{words:?} does not come to an end");
}

#[test]
fn a_value_that_is_being_set_is_old_or_new_whenever_the_process_is_killed() {
    let original = project("age");
    let kills = kill_everywhere(&original, &["secrets", "set", "dev", "demo.password"], NEW, &|project, moment| {
        let text = decrypted(project, "secrets.cfg.age");
        assert!(text.contains(OLD) != text.contains(NEW), "{moment}: {text}");
    });
    assert!(kills > 10, "only {kills} moments");
}

#[test]
fn every_file_opens_whenever_a_change_of_members_is_killed() {
    let original = project("age");
    let text = original.read(OTHER_KEY);
    let other = text.lines().find_map(|line| line.strip_prefix("# public key: ")).expect("the public key");
    let kills = kill_everywhere(&original, &["secrets", "remove", other], "", &|project, moment| {
        assert!(decrypted(project, "secrets.cfg.age").contains(OLD), "{moment}");
        for name in ["secret-one.txt.age", "secret-two.txt.age"] {
            assert_eq!(decrypted(project, name), FILE, "{moment}");
        }
    });
    assert!(kills > 10, "only {kills} moments");
}

#[test]
fn on_a_full_disk_the_stored_secrets_stay_and_nothing_is_left() {
    let project = project("age");
    let stored = fs::read(project.path("environments/dev/secrets.cfg.age")).expect("a file");
    let kept = project.place().join("kept");
    copy(&project.path("environments/dev"), &kept);
    let _disk = Disk::mount(&project.path("environments/dev"), "size=64k");
    copy(&kept, &project.path("environments/dev"));
    let before = names(&project);
    let ended = feed(batou(&project).args(["secrets", "set", "dev", "demo.password"]), &"long".repeat(50_000));
    ended.assert_told(1);
    ended.assert_tells("No space left on device");
    assert_eq!(fs::read(project.path("environments/dev/secrets.cfg.age")).expect("a file"), stored);
    assert_eq!(names(&project), before);
}

#[test]
fn a_full_memory_file_system_loses_nothing() {
    let project = project("age");
    let _disk = Disk::mount(&runtime_directory(&project), "size=32k,mode=700");
    project.write("large.sh", "yes '# comment' | head -n 100000 >> \"$1\"\n");
    let ended = finish(batou(&project).args(["secrets", "edit", "-e", "sh large.sh", "dev"]));
    // The editor fails, and then nobody says what to do.
    ended.assert_told(1);
    assert!(decrypted(&project, "secrets.cfg.age").contains(OLD));
    assert_nothing_clear(project.place(), "after a full memory file system");

    // A text that does not even fit before the editor starts.
    let set = feed(batou(&project).args(["secrets", "set", "dev", "demo.password"]), &"long".repeat(50_000));
    assert_eq!(set.code, Some(0), "{set}");
    let ended = finish(batou(&project).args(["secrets", "edit", "-e", "true", "dev"]));
    ended.assert_told(1);
    ended.assert_tells("No space left on device");
    assert_nothing_clear(project.place(), "after a text that was too large");
}
