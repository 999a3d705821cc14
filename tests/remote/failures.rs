//! What is told when something fails, and what is left.

use std::fs;

use crate::sshd::Machines;
use crate::support::wait_for;

fn demo(count: usize) -> Machines {
    let machines = Machines::new(count);
    let hosts: Vec<String> = (1..=count).map(|number| format!("host{number} = demo")).collect();
    machines.environment("", &hosts.join("\n"));
    machines.component("demo", "");
    machines
}

#[test]
fn unknown_and_changed_keys_of_hosts_are_refused() {
    let machines = demo(1);
    machines.write_ssh_config("key", "nothing");
    let unknown = machines.run(&[]);
    assert_eq!(unknown.code, Some(1), "{unknown}");
    unknown.assert_tells("ERROR: host1: ssh cannot connect");
    unknown.assert_tells("Host key verification failed");
    machines.write_ssh_config("key", "changed_hosts");
    let changed = machines.run(&[]);
    assert_eq!(changed.code, Some(1), "{changed}");
    changed.assert_tells("REMOTE HOST IDENTIFICATION HAS CHANGED");
    assert!(!machines.home(1, "deployment").exists());
}

#[test]
fn a_key_that_the_host_does_not_take_is_refused_at_once() {
    let machines = demo(1);
    machines.write_ssh_config("stranger", "known_hosts");
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("Permission denied");
    assert!(!ended.output.contains("tries"), "{ended}");
}

#[test]
fn errors_of_the_model_are_told_once_with_their_hosts() {
    let machines = demo(3);
    machines.component("demo", "if self.host.name != 'host2':\n    raise ValueError('a value is missing')");
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    // All three report both failures, from home directories of their own, and that the component stays unconfigured.
    ended.assert_tells("3 ERRORS - CONFIGURATION FAILED");
    for host in ["host1", "host3"] {
        assert_eq!(ended.output.matches(&format!("           Host: {host}\n")).count(), 1, "{ended}");
    }
    assert!(!ended.output.contains("Not reporting") && !ended.output.contains("lost"), "{ended}");
}

#[test]
fn after_a_failure_is_told_what_is_left() {
    let machines = Machines::new(2);
    machines.environment("", "host1 = broken, later\nhost2 = other");
    machines.component("other", "");
    machines.component("broken", "self.provide('broken', 1)\nself += Failing()");
    let definition = machines.project.read("components/broken/component.py");
    let failing = "class Failing(Component):\n    def verify(self):\n        raise RuntimeError('out of order')\n\n\nclass Broken(";
    machines.project.write("components/broken/component.py", &definition.replace("class Broken(", failing));
    machines.component("later", "self.require_one('broken')");
    let ended = machines.run(&["--keep-going"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("out of order");
    ended.assert_tells("host1: failed: broken; not started: later\nall components are done on host2");
    ended.assert_tells("1 failed, 1 not started");
    assert!(machines.home(2, "deployment/work/other/other").exists());
}

#[test]
fn one_deployment_at_a_time_works_in_a_directory() {
    let machines = demo(1);
    machines.component("demo", "");
    let waiting = "self += Waiting()";
    machines.component("demo", waiting);
    let definition = machines.project.read("components/demo/component.py");
    let class = "class Waiting(Component):\n    def verify(self):\n        self.cmd('touch ~/started; sleep 4710')\n\n\nclass Demo(";
    machines.project.write("components/demo/component.py", &definition.replace("class Demo(", class));
    let mut first = machines.start(&[]);
    first.reaches(&machines.home(1, "started"));
    // A copy of the project knows nothing of the lock of the first one.
    let copy = machines.project.place().join("copy");
    let copied = std::process::Command::new("cp").arg("-a").arg(machines.project.path("")).arg(&copy).status();
    assert!(copied.expect("cp runs").success());
    let mut command = machines.command(&[]);
    let second = crate::support::finish(command.current_dir(&copy));
    assert_eq!(second.code, Some(75), "{second}");
    second.assert_tells("another run is active");
    second.assert_tells("deployment of production by");
    // Ctrl-C ends what is done there, and frees the lock.
    first.signal("INT");
    let first = first.end();
    assert_eq!(first.code, Some(130), "{first}");
    wait_for("the end of the agent", || machines.agents().is_empty().then_some(()));
    fs::remove_file(machines.home(1, "started")).expect("removed");
    machines.component("demo", "");
    machines.deploy(&[]);
}

#[test]
fn a_killed_controller_leaves_nothing_behind() {
    let machines = demo(1);
    machines.component("demo", "self += Waiting()");
    let definition = machines.project.read("components/demo/component.py");
    let class = "class Waiting(Component):\n    def verify(self):\n        self.cmd('touch ~/started; exec sleep 4711')\n\n\nclass Demo(";
    machines.project.write("components/demo/component.py", &definition.replace("class Demo(", class));
    let mut running = machines.start(&[]);
    running.reaches(&machines.home(1, "started"));
    running.signal("KILL");
    assert_eq!(running.end().code, None);
    wait_for("the end of the agent", || machines.agents().is_empty().then_some(()));
    let sleeping = std::process::Command::new("pgrep").args(["-f", "^sleep 4711$"]).output().expect("pgrep runs");
    assert!(sleeping.stdout.is_empty(), "the command still runs");
    machines.component("demo", "");
    machines.deploy(&[]);
}

#[test]
fn a_killed_agent_fails_its_host_only_and_leaves_no_command_behind() {
    let machines = demo(2);
    machines.component("demo", "self += Waiting()");
    let definition = machines.project.read("components/demo/component.py");
    let class = "class Waiting(Component):\n    def verify(self):\n        if self.host.name == 'host1':\n            \
                 self.cmd('echo $PPID > ~/agent; exec sleep 4712')\n\n\nclass Demo(";
    machines.project.write("components/demo/component.py", &definition.replace("class Demo(", class));
    let running = machines.start(&[]);
    let agent = crate::support::wait_for_line(&machines.home(1, "agent"));
    let killed = std::process::Command::new("kill").args(["-KILL", &agent]).status();
    assert!(killed.expect("kill runs").success());
    let ended = running.end();
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("ERROR: host1: the connection was lost");
    ended.assert_tells("the agent was killed");
    ended.assert_tells("host1: failed: demo");
    assert!(machines.home(2, "deployment/work/demo/demo").exists(), "{ended}");
    wait_for("the end of the command", || {
        let sleeping = std::process::Command::new("pgrep").args(["-f", "^sleep 4712$"]).output().expect("pgrep runs");
        sleeping.stdout.is_empty().then_some(())
    });
    machines.component("demo", "");
    machines.deploy(&[]);
}

#[test]
fn a_host_that_is_lost_while_it_configures_is_no_success_of_a_check() {
    let machines = demo(2);
    machines.deploy(&[]);
    machines.component(
        "demo",
        "import os, signal\nif os.environ['HOME'].endswith('host1'):\n    os.kill(os.getpid(), signal.SIGKILL)",
    );
    for words in [&["--consistency-only", "--keep-going"][..], &["--keep-going"], &[]] {
        let ended = machines.run(words);
        assert_eq!(ended.code, Some(1), "{words:?}\n{ended}");
        ended.assert_tells("ERROR: host1: the connection was lost");
        ended.assert_tells("the agent was killed");
    }
}

#[test]
fn a_server_that_lets_few_in_at_once_is_enough_for_many_hosts() {
    // From the third connection on it drops more and more of those that did not say yet who they are.
    let machines = Machines::with_config(15, "MaxStartups 2:50:4\n");
    machines.demo();
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("15 of 15 components changed");
}
