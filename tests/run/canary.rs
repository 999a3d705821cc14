//! A secret that shows itself wherever it can, in all kinds of runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{BATOU, LOCAL, Project, finish};

/// Quotes, blanks and letters beyond ASCII, so that every form differs from the value.
const SECRET: &str = "k4n@rie-v0gel d'or/\"piept\" ü";

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
from batou._secrets import protect
from batou.component import Component
from batou.lib.file import File
from batou.utils import cmd, CmdExecutionError

place = os.path.dirname(os.path.abspath(__file__)) + "/../../.."
with open(place + "/secret") as file:
    SECRET = file.read()
protect("canary", SECRET)
protect("canary.pin", "123")
failing = os.path.exists(place + "/fail")


class Demo(Component):

    def configure(self):
        self.secret = SECRET
        self += File("target", content=f"user = web\npassword = {SECRET}\nencoded = {base64.b64encode(SECRET.encode()).decode()}\n")
        self += File("template", content="pw = {{component.secret}}\n" * 2 + "other line\n")
        self += File("long", content="\n".join(f"{number} {SECRET}" for number in range(300)))
        self += Speaker(SECRET)


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

fn project() -> Project {
    let project = Project::new(COMPONENT);
    fs::write(project.place().join("secret"), SECRET).expect("the secret");
    project
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
        if targets.contains(&path) || path == project.place().join("secret") {
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
        let project = project();
        if fails {
            fs::write(project.place().join("fail"), "").expect("a file");
        }
        let ended = project.run(words);
        let text = format!("{ended}");
        assert_eq!(ended.code == Some(0), !fails, "{words:?} {text}");
        demand_masked(&text);
        if !words.contains(&"--consistency-only") {
            assert!(text.contains("********"), "{words:?} {text}");
            assert!(words.contains(&"--quiet") || text.contains("user = web"), "other lines are shown: {text}");
        }
        assert!(text.contains("canary.pin"), "what is too short is told by name: {text}");
        demand_clean_disk(&project);
        if words == ["dev"] && !fails {
            assert!(project.read("work/demo/target").contains(SECRET));
        }
    }
}

#[test]
fn a_check_shows_no_secret() {
    let project = project();
    let ended = finish(project.command(BATOU).arg("check"));
    assert_eq!(ended.code, Some(0), "{ended}");
    demand_masked(&format!("{ended}"));
}

#[test]
fn a_secret_is_no_argument_of_a_process() {
    let project = project();
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
        let run = finish(project.command(LOCAL).arg("dev"));
        ended.store(true, Ordering::Relaxed);
        assert_eq!(run.code, Some(0), "{run}");
        watcher.join().expect("the watcher ends")
    });
    assert!(scripts > 0, "no script was seen");
    assert!(seen.is_empty(), "{seen:?}");
}
