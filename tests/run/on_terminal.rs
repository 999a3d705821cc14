//! Runs on a terminal: its progress line, its keys, its end.

use crate::support::{LOCAL, Project, is_alive, wait_for, wait_for_line};
use crate::terminal::Terminal;

const ERASE: &str = "\r\x1b[K";

/// A component whose method `verify` is given.
fn verifying(body: &str) -> String {
    format!(
        "import os, time\nfrom batou.component import Component\n\n\nclass Demo(Component):\n\n    def verify(self):\n        {body}\n"
    )
}

/// What the progress line showed, each time it was drawn.
fn drawn(screen: &str) -> Vec<&str> {
    screen.split(ERASE).filter(|piece| piece.starts_with('[')).collect()
}

#[test]
fn what_a_definition_prints_stands_on_lines_of_its_own() {
    let project = Project::new(&verifying(
        "print('first')\n        print('par', end='')\n        time.sleep(0.2)\n        print('tial')\n        \
         self.log('logged')\n        print('\\x1b[35mcoloured\\x1b[0m')",
    ));
    let terminal = Terminal::start(&project, 80, &format!("{LOCAL} dev"));
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
    for line in ["\nfirst\r\n", "\x1b[Kpartial\r\n", "\x1b[Klocalhost: logged\r\n", "\x1b[K\x1b[35mcoloured\x1b[0m\r\n"]
    {
        assert!(screen.contains(line), "{line:?} in\n{screen:?}");
    }
    assert!(!drawn(&screen).is_empty(), "{screen:?}");
}

#[test]
fn a_definition_may_ask() {
    let project = Project::new(&verifying("print('got', input('name? '))\n        self.log('after')"));
    let mut terminal = Terminal::start(&project, 80, &format!("{LOCAL} dev"));
    terminal.answer("name? ", "ada\r");
    terminal.expect("got ada\r\n");
    terminal.expect("localhost: after");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");

    let mut terminal = Terminal::start(&project, 80, &format!("{LOCAL} dev --json > events"));
    terminal.answer("name? ", "ada\r");
    assert_eq!(terminal.end().0, Some(0));
    for line in project.read("events").lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }

    let ended = project.run(&["dev"]);
    ended.assert_told(1);
    ended.assert_tells("standard input is no terminal");
    ended.assert_tells("component.py\", line 8, in verify");
}

#[test]
fn the_progress_line_fits_into_every_terminal() {
    for columns in [20_u16, 40, 80, 200] {
        let name = "a-component-with-a-long-name-".repeat(8);
        let project = Project::new("");
        project.write(
            "environments/dev/environment.cfg",
            &format!("[environment]\nconnect_method = local\n\n[hosts]\nlocalhost = {name}\n"),
        );
        project.write(&format!("components/{name}/component.py"), &format!(
            "from batou.component import Component\n\n\nclass Long(Component):\n\n    def verify(self):\n        self.log('x')\n\n\n\
             Long.__name__ = '{name}'\n"
        ));
        let (code, screen) = Terminal::start(&project, columns, &format!("{LOCAL} dev")).end();
        assert_eq!(code, Some(0), "{screen}");
        let drawn = drawn(&screen);
        assert!(!drawn.is_empty(), "{screen:?}");
        for line in drawn {
            assert_eq!(line.chars().count(), usize::from(columns) - 1, "{line:?} on {columns} columns");
        }
    }
}

#[test]
fn the_progress_line_follows_the_size_of_the_terminal() {
    let project = Project::new(&verifying(
        "self.log('before')\n        os.system('stty cols 12 < /dev/tty')\n        self.log('after')",
    ));
    let (code, screen) = Terminal::start(&project, 80, &format!("{LOCAL} dev")).end();
    assert_eq!(code, Some(0), "{screen}");
    let drawn = drawn(&screen);
    assert_eq!((drawn.first(), drawn.last()), (Some(&"[0/1] localhost: demo"), Some(&"[0/1] local")), "{screen:?}");
}

#[test]
fn a_simple_terminal_gets_plain_text() {
    let project = Project::new(&verifying("self.log('logged')"));
    let simple = Terminal::start_with(&project, 80, &format!("{LOCAL} dev"), &[("TERM", "dumb")]).end();
    assert!(!simple.1.contains('\x1b'), "{:?}", simple.1);
    let colours =
        Terminal::start_with(&project, 80, &format!("{LOCAL} dev"), &[("TERM", "dumb"), ("PY_COLORS", "1")]).end();
    assert!(colours.1.contains("\x1b[1m") && !colours.1.contains(ERASE), "{:?}", colours.1);
    let plain = Terminal::start_with(&project, 80, &format!("{LOCAL} dev"), &[("NO_COLOR", "1")]).end();
    assert!(!plain.1.contains("\x1b[1m") && plain.1.contains(ERASE), "{:?}", plain.1);
}

/// Stops for long where the variable `PHASE` says; a command writes its number.
const PHASES: &str = r#"
import os, time
from batou.component import Component

PHASE = os.environ.get("PHASE")


def stay(phase):
    if PHASE == phase:
        print("staying")
        time.sleep(300)


stay("load")


class Demo(Component):

    def configure(self):
        stay("configure")

    def verify(self):
        stay("verify")
        if PHASE == "command":
            print("staying")
            self.cmd("echo $$ > ../../child; exec sleep 300")
        if PHASE == "question":
            input("staying")
        assert False

    def update(self):
        stay("update")
"#;

#[test]
fn ctrl_c_ends_every_phase() {
    let phases = [
        ("load", "load"),
        ("configure", "configure"),
        ("verify", "deploy"),
        ("update", "deploy"),
        ("command", "deploy"),
        ("question", "deploy"),
    ];
    for (phase, step) in phases {
        let project = Project::new(PHASES);
        let mut terminal = Terminal::start_with(&project, 80, &format!("{LOCAL} dev"), &[("PHASE", phase)]);
        terminal.expect("staying");
        if phase == "command" {
            wait_for_line(&project.path("child"));
        }
        terminal.interrupt_until(&format!("DEPLOYMENT INTERRUPTED (during {step})"));
        let (code, screen) = terminal.end();
        assert_eq!(code, Some(130), "{phase}\n{screen}");
        assert!(!screen.contains("Traceback") && !screen.contains("ERROR"), "{phase}\n{screen}");
        // The lock is free.
        project.deploy();
    }
}

#[test]
fn the_end_of_the_terminal_ends_the_run_and_its_commands() {
    for phase in ["load", "command", "question"] {
        let project = Project::new(PHASES);
        let line = format!("PHASE={phase} {LOCAL} dev; true");
        let mut terminal = Terminal::start(&project, 80, &line);
        terminal.expect("staying");
        let child = (phase == "command").then(|| wait_for_line(&project.path("child")));
        terminal.close();
        if let Some(child) = child {
            wait_for("the end of the command", || (!is_alive(&child)).then_some(()));
        }
        wait_for("the lock", || (project.run(&["dev"]).code == Some(0)).then_some(()));
    }
}

#[test]
fn a_long_download_tells_how_far_it_is() {
    let project = Project::new("");
    project.write(
        "components/demo/component.py",
        r#"import hashlib
import http.server
import threading
import time

from batou.component import Component
from batou.lib.download import Download

PIECE = b"x" * (1 << 20)


class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(PIECE) * 12))
        self.end_headers()
        for _ in range(12):
            self.wfile.write(PIECE)
            time.sleep(0.1)

    def log_message(self, *arguments):
        pass


SERVER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
threading.Thread(target=SERVER.serve_forever, daemon=True).start()


class Demo(Component):
    def configure(self):
        checksum = hashlib.sha256(PIECE * 12).hexdigest()
        self += Download(f"http://me:secret@127.0.0.1:{SERVER.server_address[1]}/large", checksum=f"sha256:{checksum}")
"#,
    );
    let (code, screen) = Terminal::start(&project, 80, &format!("{LOCAL} dev")).end();
    assert_eq!(code, Some(0), "{screen}");
    let told: Vec<_> = drawn(&screen).into_iter().filter(|line| line.contains("downloading large: ")).collect();
    assert!(!told.is_empty(), "{screen:?}");
    assert!(told.iter().all(|line| line.starts_with("[0/1] ") && line.contains(" of 12.0 MiB (")), "{told:?}");
    assert!(!screen.contains("secret"), "{screen:?}");
    // Only who watches is told.
    std::fs::remove_file(project.path("work/demo/large")).expect("the file is there");
    let ended = project.run(&["dev"]);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(!ended.output.contains("downloading") && !ended.error.contains("downloading"), "{ended}");
}
