//! A secret that shows itself wherever it can, in all kinds of runs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{BATOU, LOCAL, Project, finish};

/// Quotes, blanks and letters beyond ASCII, so that every form differs from the value.
const SECRET: &str = "k4n@rie-v0gel d'or/\"piept\" ü";

const RECIPIENT: &str = "age1h7jp568ym7pcgd7lx0knwkxw85mjvrtju75sl5jv9ppskn08gu3qa4lykf";

/// What must be seen nowhere: the value, its words and its forms.
const FORBIDDEN: [&str; 13] = [
    SECRET,
    "k4n@rie",
    "piept",
    // base64, alone and behind one or two other bytes
    "azRuQHJpZS12MGdlbCBkJ29yLyJwaWVwdCIgw7w",
    "s0bkByaWUtdjBnZWwgZCdvci8icGllcHQiIMO8",
    "rNG5AcmllLXYwZ2VsIGQnb3IvInBpZXB0IiDDv",
    // its parts
    "azRuQHJp",
    "k4n%40rie",
    "v0gel",
    "d\\'or",
    "d'\\''or",
    "d%27or",
    "d'or",
];

const COMPONENT: &str = r#"
import base64, json, logging, os, shlex, sys, traceback, urllib.parse
import batou
from batou.component import Attribute, Component
from batou.lib.file import File
from batou.utils import cmd, CmdExecutionError

place = os.path.dirname(os.path.abspath(__file__)) + "/../../.."
failing = os.path.exists(place + "/fail")


class Demo(Component):

    secret = Attribute(str)
    pin = Attribute(int)

    def configure(self):
        secret = self.secret
        self += File("target", content=f"user = web\npassword = {secret}\nencoded = {base64.b64encode(secret.encode()).decode()}\n")
        self += File("template", content="pw = {{component.secret}}\n" * 2 + "other line\n")
        self += File("long", content="\n".join(f"{number} {secret}" for number in range(300)))
        self += Speaker(secret)
        self += Speaker(self.host.data["token"] + " of the host")
        self += Speaker(self.environment.secret_files["canary"] + " of the file")


class Speaker(Component):
    namevar = "text"

    def verify(self):
        text = self.text
        data = text.encode()
        print(text)
        print(repr(text), ascii(text), repr(data), json.dumps({"pw": text}), json.dumps(text, ensure_ascii=False))
        print(base64.b64encode(data).decode(), base64.urlsafe_b64encode(b"u:" + data).decode(), base64.b64encode(b"x" + data).decode())
        print(base64.encodebytes(data * 5).decode())
        print(urllib.parse.quote(text), urllib.parse.quote(text, safe=""), urllib.parse.quote_plus(text), shlex.quote(text))
        print(text[:7])
        print("   " + text[7:])
        for letter in text:
            print(letter, end="", flush=True)
        print()
        sys.stdout.write(text[:9])
        sys.stdout.flush()
        sys.stdout.write(text[9:] + "\n")
        print(text, file=sys.stderr)
        sys.stderr.write(text[:9])
        sys.stderr.write(text[9:] + "\n")
        if hasattr(sys.stdout, "buffer"):
            sys.stdout.buffer.write(data + b"\n")
        logging.warning("log %s", text)
        for call in (batou.output.annotate, batou.output.line, batou.output.error, batou.output.warn, batou.output.section):
            call(text)
        batou.output.annotate(text, debug=True)
        batou.output.tabular(text, text)
        batou.output.step(text, text)
        batou.output.difference(text, ["+" + text])
        try:
            raise KeyError(text)
        except KeyError as error:
            traceback.print_exc()
            batou.output.error("caught", exc_info=sys.exc_info())
        raise batou.UpdateNeeded()

    def update(self):
        quoted = shlex.quote(self.text)
        assert cmd(f"printf %s {quoted}")[0] == self.text
        cmd(f"sleep 0.3 # {quoted}")
        try:
            cmd(f"echo {quoted}; echo {quoted} >&2; exit 3")
        except CmdExecutionError as error:
            error.report()
            print(error)
        if failing:
            try:
                raise RuntimeError(self.text)
            except RuntimeError as error:
                raise ValueError("with " + self.text) from error
"#;

/// A project whose secrets are encrypted for a key beside it.
struct Vault {
    project: Project,
}

impl Vault {
    fn new() -> Self {
        let vault = Self { project: Project::new(COMPONENT) };
        let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/projects/secrets/test-key.txt");
        fs::copy(key, vault.project.place().join("key.txt")).expect("the key of the tests");
        let text = format!("[batou]\nsecret_provider = age\nmembers = {RECIPIENT}\n");
        vault.feed(&["edit", "-e", "cat >", "dev"], &text);
        for key in ["demo.secret", "host:localhost.token", "file:canary"] {
            vault.feed(&["set", "dev", key], SECRET);
        }
        vault.feed(&["set", "dev", "demo.pin"], "123");
        vault
    }

    fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = self.project.command(program);
        command.args(words).env("BATOU_AGE_IDENTITIES", self.project.place().join("key.txt"));
        command
    }

    /// Runs `batou secrets` with an input.
    fn feed(&self, words: &[&str], input: &str) {
        let mut command = self.command(BATOU, &[&["secrets"], words].concat());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("it reads");
        assert!(child.wait().expect("it ends").success(), "{words:?}");
    }
}

/// What was found in a text, also if its lines are put together.
fn found_in(text: &str) -> Vec<&'static str> {
    let together: String = text.split_whitespace().collect();
    FORBIDDEN
        .into_iter()
        .filter(|form| text.contains(form) || together.contains(&form.split_whitespace().collect::<String>()))
        .collect()
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory").flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            files(&path, found);
        } else if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            found.push(path);
        }
    }
}

/// Everything on disk except where the secret belongs.
fn demand_clean_disk(project: &Project) {
    let mut all = Vec::new();
    files(project.place(), &mut all);
    let targets = ["work/demo/target", "work/demo/template", "work/demo/long"].map(|path| project.path(path));
    let mut differences = 0;
    for path in all {
        if targets.contains(&path) {
            continue;
        }
        differences += usize::from(path.components().any(|part| part.as_os_str() == ".batou-diffs"));
        let content = fs::read(&path).expect("a file");
        let found = found_in(&String::from_utf8_lossy(&content));
        assert!(found.is_empty(), "{found:?} in {}", path.display());
    }
    assert!(!targets[0].exists() || differences > 0, "no difference was stored, so none was looked at");
}

fn demand_masked(output: &str) {
    let found = found_in(output);
    assert!(found.is_empty(), "{found:?} in {output}");
}

#[test]
fn a_secret_is_shown_by_no_kind_of_run() {
    let table: [(&[&str], bool); 9] = [
        (&["dev"], false),
        (&["dev", "--debug"], false),
        (&["dev", "--json"], false),
        (&["dev", "--json", "--debug"], false),
        (&["dev", "--quiet"], false),
        (&["dev", "--predict-only"], false),
        (&["dev", "--consistency-only"], false),
        (&["dev"], true),
        (&["dev", "--debug"], true),
    ];
    for (words, fails) in table {
        let vault = Vault::new();
        let project = &vault.project;
        if fails {
            fs::write(project.place().join("fail"), "").expect("a file");
        }
        let ended = finish(&mut vault.command(LOCAL, words));
        let text = format!("{ended}");
        assert_eq!(ended.code == Some(0), !fails, "{words:?} {text}");
        demand_masked(&text);
        if !words.contains(&"--consistency-only") {
            assert!(text.contains("********"), "{words:?} {text}");
            assert!(words.contains(&"--quiet") || text.contains("user = web"), "other lines are shown: {text}");
        }
        assert!(text.contains("demo.pin"), "what is too short is told by name: {text}");
        demand_clean_disk(project);
        if words == ["dev"] && !fails {
            assert!(project.read("work/demo/target").contains(SECRET));
        }
    }
}

#[test]
fn a_check_shows_no_secret() {
    let ended = finish(&mut Vault::new().command(BATOU, &["check"]));
    assert_eq!(ended.code, Some(0), "{ended}");
    demand_masked(&format!("{ended}"));
}

#[test]
fn a_secret_is_no_argument_of_a_process() {
    let vault = Vault::new();
    let ended = AtomicBool::new(false);
    let (seen, scripts) = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let (mut seen, mut scripts) = (Vec::new(), 0);
            while !ended.load(Ordering::Relaxed) {
                for process in fs::read_dir("/proc").expect("/proc").flatten() {
                    let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
                    let arguments = String::from_utf8_lossy(&arguments).replace('\0', " ");
                    scripts += usize::from(arguments.contains("/dev/fd/"));
                    // What the definition itself starts within a script is not asked for.
                    if arguments.contains("k4n@rie") {
                        seen.push(arguments);
                    }
                }
                thread::sleep(Duration::from_millis(5));
            }
            (seen, scripts)
        });
        let run = finish(&mut vault.command(LOCAL, &["dev"]));
        ended.store(true, Ordering::Relaxed);
        assert_eq!(run.code, Some(0), "{run}");
        watcher.join().expect("the watcher ends")
    });
    assert!(scripts > 0, "no script was seen");
    assert!(seen.is_empty(), "{seen:?}");
}
