//! Editing, reading and comparing secrets with the real programs: editors that fail, signals, terminals, full disks.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{BATOU, Disk, Ended, Project, Running, finish, is_alive, wait_for, wait_for_line};
use crate::terminal::Terminal;

const SECRETSEDIT: &str = env!("CARGO_BIN_EXE_secretsedit");
const RECIPIENT: &str = "age1h7jp568ym7pcgd7lx0knwkxw85mjvrtju75sl5jv9ppskn08gu3qa4lykf";
const CANARY: &str = "canary-bird-in-the-mine";

/// A project whose environment `dev` has no secrets yet, and a disk in memory that editors get.
struct Vault {
    memory: Disk,
    project: Project,
}

impl Vault {
    fn new() -> Self {
        Self::with_memory("size=1m")
    }

    fn with_memory(options: &str) -> Self {
        let project = Project::new("");
        let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/projects/secrets/test-key.txt");
        fs::copy(key, project.place().join("key.txt")).expect("the key of the tests");
        let memory = project.place().join("memory");
        fs::create_dir(&memory).expect("a directory");
        let vault = Self { memory: Disk::mount(&memory, options), project };
        vault.project.write("clear", &clear(CANARY));
        vault
    }

    /// The same with secrets in `dev`.
    fn filled() -> Self {
        let vault = Self::new();
        let ended = vault.edit(&vault.copying("clear"));
        assert_eq!(ended.code, Some(0), "{ended}");
        vault
    }

    fn variables(&self) -> [(&'static str, PathBuf); 2] {
        [
            ("BATOU_AGE_IDENTITIES", self.project.place().join("key.txt")),
            ("XDG_RUNTIME_DIR", self.project.place().join("memory")),
        ]
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.project.command(BATOU);
        command.arg("secrets").args(words).envs(self.variables());
        command
    }

    fn run(&self, words: &[&str]) -> Ended {
        finish(&mut self.command(words))
    }

    /// The same with an input.
    fn run_with(&self, words: &[&str], input: &[u8]) -> Ended {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        child.stdin.take().expect("an input").write_all(input).expect("it reads");
        child.wait_with_output().expect("it ends").into()
    }

    fn edit(&self, editor: &str) -> Ended {
        self.run(&["edit", "-e", editor, "dev"])
    }

    /// An editor that replaces the text by a file of the project.
    fn copying(&self, name: &str) -> String {
        format!("cp {}", self.project.path(name).display())
    }

    /// An editor that is a script; `$1` is the file.
    fn script(&self, body: &str) -> String {
        self.project.write("editor", body);
        format!("sh {}", self.project.path("editor").display())
    }

    fn value(&self, key: &str) -> String {
        let ended = self.run(&["get", "dev", key]);
        assert_eq!(ended.code, Some(0), "{ended}");
        ended.output
    }

    fn stored(&self) -> Vec<u8> {
        fs::read(self.project.path("environments/dev/secrets.cfg.age")).expect("there are secrets")
    }

    /// The directories of editors.
    fn left(&self) -> Vec<PathBuf> {
        let places = [self.project.place().join("memory"), self.project.temporary()];
        let entries = places.iter().flat_map(|place| fs::read_dir(place).expect("a directory"));
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }

    fn assert_nothing_left(&self) {
        assert_eq!(self.left(), Vec::<PathBuf>::new());
    }
}

fn clear(value: &str) -> String {
    format!("[batou]\nsecret_provider = age\nmembers = {RECIPIENT}\n\n[hello]\npassword = {value}\n")
}

#[test]
fn an_environment_gets_secrets_by_editing() {
    let vault = Vault::new();
    let seen = vault.project.place().join("seen");
    let script = vault.script(&format!(
        "stat -c '%a %F %n' \"$1\" \"$(dirname \"$1\")\" > {}\ncp clear \"$1\"; echo {CANARY} > \"$1~\"\n",
        seen.display()
    ));
    let ended = vault.edit(&script);
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("wrote environments/dev/secrets.cfg.age");
    let seen = fs::read_to_string(seen).expect("the editor ran");
    let lines: Vec<&str> = seen.lines().collect();
    let memory = vault.project.place().join("memory").display().to_string();
    assert!(lines[0].starts_with("600 regular file ") && lines[0].contains(&memory) && lines[0].ends_with(".cfg"));
    assert!(lines[1].starts_with("700 directory "), "{seen}");
    vault.assert_nothing_left();
    assert_eq!(vault.value("hello.password"), CANARY);
    let before = vault.stored();
    assert!(!before.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()));
    // Nothing is encrypted anew without a change.
    let ended = vault.edit("true");
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("no changes");
    assert!(vault.stored() == before);
}

#[test]
fn an_unchanged_template_leaves_no_file() {
    let vault = Vault::new();
    let names = || {
        let entries = fs::read_dir(vault.project.path("environments/dev")).expect("a directory");
        entries.map(|entry| entry.expect("an entry").file_name()).collect::<Vec<_>>()
    };
    let before = names();
    let ended = vault.edit("true");
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("nothing was saved");
    assert_eq!(names(), before);
    vault.assert_nothing_left();
}

#[test]
fn a_wrong_text_can_be_mended() {
    let vault = Vault::filled();
    let before = vault.stored();
    let script = vault.script(
        "if test -e second; then grep -q broken \"$1\" && sed -i 's/broken/[other]/' \"$1\"; \
         else touch second; echo broken >> \"$1\"; sed -i 's/^password.*/password = new\\r/' \"$1\"; fi",
    );
    let ended = vault.run_with(&["edit", "-e", &script, "dev"], b"encrypt\n\nfoo\nedit\n");
    assert_eq!(ended.code, Some(0), "{ended}");
    for text in ["secrets.cfg.age:7: ", "nothing was typed", "unknown command `foo`", "quit", "wrote environments/dev/"]
    {
        ended.assert_tells(text);
    }
    assert!(vault.stored() != before);
    assert_eq!(vault.value("hello.password"), "new");
    vault.assert_nothing_left();
}

#[test]
fn quitting_and_the_end_of_the_input_leave_the_old_file() {
    let vault = Vault::filled();
    let before = vault.stored();
    for (editor, input, code) in [
        ("echo broken >", "quit\n", 0),
        ("echo broken >", "", 1),
        ("rm", "", 1),
        ("false", "", 1),
        ("no-such-editor", "", 1),
        ("kill -KILL $$; :", "", 1),
    ] {
        let ended = vault.run_with(&["edit", "-e", editor, "dev"], input.as_bytes());
        ended.assert_told(code);
        assert!(vault.stored() == before, "{editor}");
        vault.assert_nothing_left();
    }
}

#[test]
fn a_second_editor_is_refused() {
    let vault = Vault::filled();
    let script = vault.script("echo $$ > started; while ! test -e go; do sleep 0.05; done; sed -i s/canary/x/ \"$1\"");
    let mut first = Running::start(&mut vault.command(&["edit", "-e", &script, "dev"]));
    first.reaches(&vault.project.path("started"));
    let before = vault.stored();
    let ended = vault.edit(&vault.copying("clear"));
    ended.assert_told(1);
    ended.assert_tells("edited by somebody else");
    vault.run_with(&["set", "dev", "hello.password"], b"other").assert_told(1);
    assert!(vault.stored() == before);
    fs::write(vault.project.path("go"), "").expect("a file");
    let ended = first.end();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(vault.value("hello.password").starts_with("x-bird"));
}

#[test]
fn signals_wipe_the_clear_text() {
    for (signal, code) in [("TERM", 143), ("HUP", 143)] {
        let vault = Vault::filled();
        let before = vault.stored();
        let script = vault.script("echo $$ > started; exec sleep 300");
        let running = Running::start(&mut vault.command(&["edit", "-e", &script, "dev"]));
        let editor = wait_for_line(&vault.project.path("started"));
        assert_eq!(vault.left().len(), 1);
        running.signal(signal);
        let ended = running.end();
        assert_eq!(ended.code, Some(code), "{ended}");
        vault.assert_nothing_left();
        wait_for("the end of the editor", || (!is_alive(&editor)).then_some(()));
        assert!(vault.stored() == before);
        assert_eq!(vault.value("hello.password"), CANARY);
    }
}

#[test]
fn what_killed_editors_leave_is_removed_by_the_next() {
    let vault = Vault::filled();
    let script = vault.script("echo $$ > started; exec sleep 300");
    let running = Running::start(&mut vault.command(&["edit", "-e", &script, "dev"]));
    let editor = wait_for_line(&vault.project.path("started"));
    running.signal("KILL");
    running.end();
    assert_eq!(vault.left().len(), 1);
    let ended = vault.edit("true");
    assert_eq!(ended.code, Some(0), "{ended}");
    vault.assert_nothing_left();
    assert!(Command::new("kill").arg(editor).status().expect("kill runs").success());
}

#[test]
fn a_full_disk_in_memory_is_told() {
    let vault = Vault::with_memory("size=4k");
    fs::write(vault.project.place().join("memory/full"), vec![b'x'; 4096]).expect("it fits");
    let ended = vault.edit(&vault.copying("clear"));
    ended.assert_told(1);
    ended.assert_tells("cannot put the clear text where the editor finds it");
    assert_eq!(vault.left(), [vault.project.place().join("memory/full")]);
    let _ = &vault.memory;
}

#[test]
fn values_and_files_come_back_as_they_were() {
    let vault = Vault::filled();
    for (key, input, output) in [
        ("hello.password", &b"simple\n"[..], &b"simple"[..]),
        ("hello.other", b"one\ntwo = 3\n", b"one\ntwo = 3"),
        ("host:web1.token", b"a # b ; c", b"a # b ; c"),
        ("file:tls.key", b"a\nb\n", b"a\nb\n"),
        ("file:bytes", b"\xff\0\r\n", b"\xff\0\r\n"),
    ] {
        let ended = vault.run_with(&["set", "dev", key], input);
        assert_eq!(ended.code, Some(0), "{key}\n{ended}");
        let got = vault.command(&["get", "dev", key]).output().expect("it runs");
        assert!(got.status.success(), "{key}");
        assert_eq!(got.stdout, output, "{key}");
    }
    vault.run(&["get", "dev", "hello.missing"]).assert_told(1);
    vault.run(&["get", "dev", "file:missing"]).assert_told(1);
    vault.run_with(&["set", "dev", "hello.password"], b"\xff").assert_told(1);
    let file = vault.project.path("environments/dev/secret-bytes.age");
    let shown = vault.command(&["decrypttostdout"]).arg(file).output().expect("it runs");
    assert_eq!(shown.stdout, b"\xff\0\r\n");
}

#[test]
fn differences_show_values_on_a_terminal_only() {
    let vault = Vault::filled();
    let git = |words: &[&str]| {
        let mut command = vault.project.command("git");
        command.args(["-c", "user.name=test", "-c", "user.email=test@localhost"]).args(words);
        let ended = finish(&mut command);
        assert_eq!(ended.code, Some(0), "{ended}");
    };
    git(&["init", "-q"]);
    git(&["add", "environments"]);
    git(&["commit", "-q", "-m", "first"]);
    let ended = vault.run(&["diff", "dev"]);
    assert_eq!((ended.code, ended.output.as_str()), (Some(0), "no differences\n"), "{ended}");
    vault.run_with(&["set", "dev", "hello.password"], b"another-bird");
    vault.run_with(&["set", "dev", "file:tls.key"], b"key\n");
    let ended = vault.run(&["diff", "dev"]);
    assert_eq!(
        (ended.code, ended.output.as_str()),
        (Some(0), "changed hello.password\nadded file:tls.key\n"),
        "{ended}"
    );
    vault.run(&["diff", "dev", "no-such-revision"]).assert_told(2);

    let variables = vault.variables();
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.to_str().expect("a text"))).collect();
    let (code, screen) =
        Terminal::start_with(&vault.project, 80, &format!("{BATOU} secrets diff dev"), &variables).end();
    assert_eq!(code, Some(0), "{screen}");
    for line in
        [&format!("-password = {CANARY}"), "+password = another-bird", "--- HEAD:environments/dev/secrets.cfg.age"]
    {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
    git(&["commit", "-q", "-a", "-m", "second"]);
    let ended = vault.run(&["diff", "dev", "HEAD~1", "HEAD"]);
    assert_eq!(ended.output, "changed hello.password\n", "{ended}");
    vault.assert_nothing_left();
}

#[test]
fn ctrl_c_while_asking_gives_the_terminal_back() {
    let vault = Vault::new();
    vault.project.write("old.cfg.aes", "sixteen bytes...");
    let line = format!("{SECRETSEDIT} old.cfg.aes; code=$?; stty -a; echo code $code; exit $code");
    let mut terminal = Terminal::start(&vault.project, 80, &line);
    terminal.answer(": ", "\x03");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains(" echo ") && screen.contains("icanon") && !screen.contains("-echo "), "{screen}");
    assert_eq!(vault.project.read("old.cfg.aes"), "sixteen bytes...");
}

#[test]
fn ctrl_c_is_the_editor_s_while_it_is_open() {
    let vault = Vault::filled();
    let variables = vault.variables();
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.to_str().expect("a text"))).collect();
    for prefix in ["", "true; "] {
        let script = vault.script("trap 'echo caught; exit 0' INT; echo begun; while true; do sleep 0.05; done");
        let line = format!("{BATOU} secrets edit -e \"{prefix}{script}\" dev");
        let mut terminal = Terminal::start_with(&vault.project, 80, &line, &variables);
        terminal.expect("begun");
        terminal.interrupt_until("caught");
        let (code, screen) = terminal.end();
        assert_eq!(code, Some(0), "{screen}");
        vault.assert_nothing_left();
    }
}

#[test]
fn ctrl_c_at_the_question_ends_the_editing() {
    let vault = Vault::filled();
    let variables = vault.variables();
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.to_str().expect("a text"))).collect();
    let line = format!("{BATOU} secrets edit -e false dev");
    let mut terminal = Terminal::start_with(&vault.project, 80, &line, &variables);
    terminal.expect("> ");
    terminal.interrupt_until("interrupted");
    assert_eq!(terminal.end().0, Some(130));
    vault.assert_nothing_left();
}

#[test]
fn files_of_the_0_2_series_are_edited_by_their_path() {
    let vault = Vault::new();
    let passphrase = "averysecretpassphrase";
    vault.project.write("new", "[hello]\nmagicword = Abracadabra\n");
    let path = "components/secrets/dev.cfg.aes";
    fs::create_dir_all(vault.project.path("components/secrets")).expect("a directory");
    let line = format!("{SECRETSEDIT} -e '{}' {path}", vault.copying("new"));
    let mut terminal = Terminal::start(&vault.project, 80, &line);
    terminal.answer(": ", &format!("{passphrase}\r"));
    terminal.answer(": ", &format!("{passphrase}\r"));
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains(passphrase), "{screen}");
    assert!(fs::metadata(vault.project.path(path)).expect("it was written").size() > 0);
    let mut terminal = Terminal::start(&vault.project, 80, &format!("{SECRETSEDIT} -e cat {path}"));
    terminal.answer(": ", &format!("{passphrase}\r"));
    terminal.expect("magicword = Abracadabra");
    assert_eq!(terminal.end().0, Some(0));
}

#[test]
fn who_closes_the_output_early_has_seen_enough() {
    let vault = Vault::filled();
    let mut child =
        vault.command(&["summary"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let ended: Ended = child.wait_with_output().expect("it ends").into();
    assert_eq!((ended.code, ended.error.as_str()), (Some(0), ""), "{ended}");
}
