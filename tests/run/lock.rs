//! One run at a time.

use std::fs;

use crate::support::{LOCAL, Project, finish};

/// A deployment that ends when the file `go` appears.
const WAITING: &str = r#"
from batou.component import Component


class Demo(Component):

    def verify(self):
        self.cmd("echo $$ > ../../started; while ! test -e ../../go; do sleep 0.05; done")
"#;

#[test]
fn a_second_run_is_refused_and_names_the_holder() {
    let project = Project::new(WAITING);
    let mut first = project.start();
    first.reaches(&project.path("started"));

    for words in [&["dev"][..], &["-P", "dev"], &["-c", "dev"]] {
        let second = project.run(words);
        second.assert_told(75);
        second.assert_tells("another run is active");
        second.assert_tells("deployment of dev");
        second.assert_tells(&format!("(process {})", first.pid()));
        second.assert_tells(" since ");
        second.assert_tells("hint: wait until it has ended");
        let user_and_host =
            second.error.lines().next().and_then(|line| line.split_whitespace().find(|word| word.contains('@')));
        assert!(user_and_host.is_some(), "user and host are missing\n{second}");
    }
    let json = finish(project.command(LOCAL).args(["--json", "dev"]));
    assert_eq!(json.code, Some(75), "{json}");
    assert!(json.output.contains(r#"{"event":"error","message":"another run is active"#), "{json}");

    fs::write(project.path("go"), "").expect("a file");
    let ended = first.end();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(project.read(".batou-lock"), "", "the lock file tells of a run that is over");
    project.deploy();
}
