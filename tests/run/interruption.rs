//! Ctrl-C and other signals while a deployment runs a command.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Project, is_alive, wait_for, wait_for_line};

/// A command with a child of its own; both write their numbers.
const LONG: &str = r#"
from batou.component import Component


class Demo(Component):

    def verify(self):
        self.cmd("sh -c 'echo $$ > ../../grandchild; sleep 300' & echo $$ > ../../child; wait; sleep 300")
"#;

fn interrupted(signal: &str, code: i32) {
    let project = Project::new(LONG);
    let running = project.start();
    let child = wait_for_line(&project.path("child"));
    let grandchild = wait_for_line(&project.path("grandchild"));
    running.signal(signal);
    let ended = running.end();
    assert_eq!(ended.code, Some(code), "{ended}");
    assert!(ended.last_line().contains("DEPLOYMENT INTERRUPTED"), "{ended}");
    for (name, pid) in [("child", child), ("grandchild", grandchild)] {
        wait_for(&format!("the end of the {name}"), || (!is_alive(&pid)).then_some(()));
    }
    // The lock is free: another run gets as far as the command again.
    std::fs::remove_file(project.path("child")).expect("the number is there");
    let mut again = project.start();
    again.reaches(&project.path("child"));
    again.signal("INT");
    assert_eq!(again.end().code, Some(130));
}

#[test]
fn interrupt_ends_children_and_tells_so() {
    interrupted("INT", 130);
}

#[test]
fn terminate_ends_children_and_tells_so() {
    interrupted("TERM", 143);
}

#[test]
fn interrupt_in_a_component_s_own_code_ends_the_run() {
    let project = Project::new(
        "from batou.component import Component\n\n\nclass Demo(Component):\n\n    def verify(self):\n        \
         open('../../started', 'w').write('yes\\n')\n        while True:\n            pass\n",
    );
    let mut running = project.start();
    running.reaches(&project.path("started"));
    running.signal("INT");
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended}");
    assert!(ended.last_line().contains("DEPLOYMENT INTERRUPTED"), "{ended}");
}

#[test]
fn an_interruption_while_the_interpreter_starts_is_an_interruption() {
    let project = Project::new("");
    project.write(
        "components/demo/component.py",
        "from batou.component import Component\n\n\nclass Demo(Component):\n    pass\n",
    );
    // It starts in some milliseconds; whatever the machine, some of these moments are among them.
    for moment in 0..60 {
        let running = project.start();
        std::thread::sleep(Duration::from_micros(moment * 700));
        // It may have ended.
        let _ = Command::new("kill").args(["-s", "INT", &running.pid().to_string()]).stderr(Stdio::null()).status();
        let ended = running.end();
        assert!([None, Some(130), Some(0)].contains(&ended.code), "moment {moment}\n{ended}");
        assert!(!ended.error.contains("Traceback"), "moment {moment}\n{ended}");
    }
}

#[test]
fn an_interruption_where_it_would_be_lost_comes_again() {
    let project = Project::new(
        "from batou.component import Component\n\n\nclass Gone:\n    def __del__(self):\n        raise KeyboardInterrupt()\n\n\n\
         class Demo(Component):\n    def verify(self):\n        Gone()\n        for _ in range(1000):\n            pass\n        \
         self.cmd('touch ../../later')\n",
    );
    let ended = project.run(&["dev"]);
    assert_eq!(ended.code, Some(130), "{ended}");
    assert!(!project.path("later").exists());
}
