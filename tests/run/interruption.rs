//! Ctrl-C and other signals while a deployment runs a command.

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
    let again = project.start();
    wait_for_line(&project.path("child"));
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
    let running = project.start();
    wait_for_line(&project.path("started"));
    running.signal("INT");
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended}");
    assert!(ended.last_line().contains("DEPLOYMENT INTERRUPTED"), "{ended}");
}
