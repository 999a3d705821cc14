//! Unusual surroundings: closed outputs, an empty environment, odd paths.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use crate::support::{Ended, LOCAL, Project, finish, wait_for_line};

const SIMPLE: &str = "from batou.component import Component\nfrom batou.lib.file import File\n\n\nclass Demo(Component):\n\n    \
     def configure(self):\n        self += File('file', content='{{host.name}}\\n')\n";

#[test]
fn an_output_that_is_closed_early_does_not_stop_a_deployment() {
    let project = Project::new(
        "from batou.component import Component\nfrom batou.lib.file import File\n\n\nclass Demo(Component):\n\n    \
         def configure(self):\n        for number in range(300):\n            self += File(f'file-{number}', content='x\\n' * 50)\n",
    );
    let mut command = project.command(LOCAL);
    let mut child = command.arg("dev").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    // As `head -1` does: read a little and go away.
    let mut output = child.stdout.take().expect("an output");
    output.read_exact(&mut [0; 10]).expect("the first line");
    drop(output);
    let ended = Ended::from(child.wait_with_output().expect("ended"));
    assert!(!ended.error.contains("panicked"), "{ended}");
    assert_eq!(project.read("work/demo/file-299"), "x\n".repeat(50), "the deployment was cut short\n{ended}");
    // Somebody who goes away has seen enough; a full disk is another matter, see below.
    assert_eq!((ended.code, ended.error.as_str()), (Some(0), ""), "{ended}");
}

#[test]
fn an_output_that_cannot_be_written_is_told() {
    let project = Project::new(SIMPLE);
    let mut command = project.command(LOCAL);
    let full = File::options().write(true).open("/dev/full").expect("there is /dev/full");
    let child = command.arg("dev").stdout(full).stderr(Stdio::piped()).spawn().expect("started");
    let ended = Ended::from(child.wait_with_output().expect("ended"));
    ended.assert_told(1);
    ended.assert_tells("output could not be written");
    assert_eq!(project.read("work/demo/file"), "localhost\n");
}

#[test]
fn nothing_of_the_environment_is_needed() {
    let project = Project::new(SIMPLE);
    let ended = finish(project.command(LOCAL).env_clear().arg("dev"));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(project.read("work/demo/file"), "localhost\n");
    let again = finish(project.command(LOCAL).env("PATH", "").env_remove("HOME").arg("dev"));
    again.assert_tells("nothing to do");
}

#[test]
fn an_empty_path_is_no_riddle() {
    let project = Project::new(
        "from batou.component import Component\n\n\nclass Demo(Component):\n\n    def verify(self):\n        \
         self.cmd('no-such-program')\n",
    );
    let ended = finish(project.command(LOCAL).env("PATH", "").arg("dev"));
    ended.assert_told(1);
    ended.assert_tells("no-such-program");
    ended.assert_tells("127");
}

#[test]
fn a_project_may_lie_in_a_path_with_blanks_and_umlauts() {
    let project = Project::in_directory("Mein Gerät 'für' \"alles\" $HOME", SIMPLE);
    project.deploy();
    assert_eq!(project.read("work/demo/file"), "localhost\n");
    project.deploy().assert_tells("nothing to do");
}

#[test]
fn a_project_is_found_from_below() {
    let project = Project::new(SIMPLE);
    let ended = finish(project.command(LOCAL).current_dir(project.path("components/demo")).arg("dev"));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(project.read("work/demo/file"), "localhost\n");
}

#[test]
fn commands_of_a_component_read_no_input() {
    let project = Project::new(
        "from batou.component import Component\n\n\nclass Demo(Component):\n\n    def verify(self):\n        \
         self.cmd('cat > ../../copy; echo done > ../../done')\n",
    );
    let mut command = project.command(LOCAL);
    let mut child = command.arg("dev").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("started");
    // The input stays open: a command that reads it would wait for ever.
    wait_for_line(&project.path("done"));
    drop(child.stdin.take());
    assert!(child.wait().expect("ended").success());
}
