//! What somebody sees who waits for hosts, and who has waited long enough.

use std::fs;

use crate::sshd::{Machines, REMOTE, make_program};
use crate::support::wait_for;
use crate::terminal::Terminal;

#[test]
fn whom_a_run_waits_for_stands_on_the_terminal() {
    let machines = Machines::new(2);
    machines.demo();
    machines.deploy(&[]);
    // The definition is the same for both; one of them takes its time.
    let lines = "import os, time\nwhile os.environ['HOME'].endswith('host1') and not os.path.exists(os.path.expanduser('~/go')):\n    \
                 time.sleep(0.05)";
    machines.component("demo", lines);
    let mut terminal = machines.on_terminal("");
    terminal.expect("\r\x1b[K[1/2] host1: configuring the model");
    fs::write(machines.home(1, "go"), "").expect("a file");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("nothing to do: 2 components are up to date"), "{screen}");
}

#[test]
fn who_still_works_stands_on_the_terminal() {
    let machines = Machines::new(2);
    machines.demo();
    machines.component_that(
        "demo",
        "if self.host.name == 'host1':\n    self.cmd('until test -e ~/go; do sleep 0.05; done')",
    );
    let mut terminal = machines.on_terminal("");
    terminal.expect("\r\x1b[K[1/2] host1: demo");
    fs::write(machines.home(1, "go"), "").expect("a file");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
}

#[test]
fn what_is_tried_again_stands_on_the_terminal() {
    let machines = Machines::new(1);
    machines.demo();
    let bin = machines.project.place().join("bin");
    let refused = "#!/bin/sh\necho 'ssh: connect to host host1 port 22: Connection refused' >&2\nexit 255\n";
    make_program(&bin.join("ssh"), refused);
    let line = format!("PATH={}:$PATH {REMOTE} production", bin.display());
    let mut terminal = Terminal::start_with(&machines.project, 100, &line, &[("NO_COLOR", "1")]);
    terminal.expect("host1: trying again (2 of 6): ssh: connect to host host1 port 22: Connection refused");
    terminal.send("\x03");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(130), "{screen}");
}

#[test]
fn what_hosts_said_comes_before_what_is_left_of_an_interrupted_run() {
    let machines = Machines::new(2);
    machines.demo();
    machines.component_that("demo", "print('on', self.host.name)\nself.cmd('touch ~/started; exec sleep 4718')");
    let mut running = machines.start(&[]);
    (1..=2).for_each(|host| running.reaches(&machines.home(host, "started")));
    running.signal("INT");
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended}");
    let place = |text: &str| ended.output.find(text).unwrap_or_else(|| panic!("no {text:?}\n{ended}"));
    for host in ["host1", "host2"] {
        assert!(place(&format!("on {host}")) < place(&format!("{host}: interrupted: demo")), "{ended}");
    }
    assert!(place("host2: interrupted: demo") < place("Summary"), "{ended}");
}

#[test]
fn who_interrupts_a_run_is_told_what_it_waits_for() {
    let machines = Machines::new(1);
    machines.demo();
    machines.component_that("demo", "self.cmd('trap \"\" TERM; touch ~/started; while :; do sleep 0.1; done')");
    let mut terminal = machines.on_terminal("");
    wait_for("the component", || machines.home(1, "started").exists().then_some(()));
    terminal.send("\x03");
    terminal.expect("ending what hosts do; Ctrl-C does not wait for it");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains("host1: interrupted: demo"), "{screen}");
    wait_for("the end of the agents", || machines.agents().is_empty().then_some(()));
}

#[test]
fn hosts_that_can_be_reached_are_said_to_be_left_alone_if_others_cannot() {
    let machines = Machines::new(2);
    machines.environment("", "host1 = demo\nhost2 = demo\nhost3 = demo");
    machines.component("demo", "");
    let config = machines.project.read("ssh_config");
    machines.project.write("ssh_config", &format!("{config}Host host3\n  HostName nowhere.invalid\n"));
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("ERROR: host3: ssh cannot connect");
    ended.assert_tells("the run ends here, as 1 of 3 hosts cannot be worked on; --keep-going goes on with the others");
    assert!(!machines.home(1, "deployment/work/demo/demo").exists());
    let ended = machines.run(&["--keep-going"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("host3: not started: demo");
    assert!(machines.home(1, "deployment/work/demo/demo").exists());
}
