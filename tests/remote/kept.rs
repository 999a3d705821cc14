//! Connections that stay for later runs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::sshd::Machines;
use crate::support::wait_for;

/// Two hosts, deployed once.
fn deployed() -> Machines {
    let machines = Machines::new(2);
    machines.demo();
    machines.deploy(&[]);
    assert_eq!(machines.logins(), 2);
    machines
}

/// The next run logs in so often, and finds nothing to do.
fn logs_in(machines: &Machines, times: usize) {
    let before = machines.logins();
    machines.deploy(&[]).assert_tells("nothing to do: 2 components are up to date");
    assert_eq!(machines.logins() - before, times);
}

#[test]
fn the_next_run_uses_the_connections_of_the_last_one() {
    let machines = deployed();
    logs_in(&machines, 0);
    logs_in(&machines, 0);
    // Also if the last one failed where it was not the connection that failed.
    machines.component("demo", "raise RuntimeError('out of order')");
    assert_eq!(machines.run(&[]).code, Some(1));
    machines.demo();
    logs_in(&machines, 0);
    assert_eq!(machines.kept().len(), 2);
    // Nothing else stays.
    assert_eq!(fs::read_dir(machines.kept_directory()).expect("a directory").count(), 2);
}

#[test]
fn another_configuration_is_another_connection() {
    let machines = deployed();
    let config = machines.project.read("ssh_config");
    let included = machines.project.place().join("more");
    fs::write(&included, "ServerAliveCountMax 4\n").expect("a file");
    machines.project.write("ssh_config", &format!("Include {}\n{config}", included.display()));
    logs_in(&machines, 2);
    logs_in(&machines, 0);
    // What is included counts, and only for the hosts that it is about.
    fs::write(&included, "ServerAliveCountMax 4\nHost host1\n  Compression yes\n").expect("a file");
    logs_in(&machines, 1);
    // Nobody is deployed to where a host was before.
    let port = config.lines().filter(|line| line.contains("Port")).nth(1).expect("the port of host2");
    machines.project.write("ssh_config", &format!("Host host1\n{port}\n{config}"));
    machines.environment("", "host1 = demo");
    machines.deploy(&[]);
    assert_eq!(machines.deployed(2, "work/demo/demo"), "demo on host1\n");
}

#[test]
fn connections_that_are_gone_are_made_anew() {
    let machines = deployed();
    // ssh was killed, and its socket stays.
    signal("KILL", &machines.connections());
    logs_in(&machines, 2);
    // The host does not answer any more, and nothing here knows.
    let sessions = machines.sessions();
    assert!(!sessions.is_empty());
    signal("STOP", &sessions);
    logs_in(&machines, 2);
    signal("KILL", &sessions);
    logs_in(&machines, 0);
}

#[test]
fn a_connection_that_was_lost_does_not_stay() {
    let machines = Machines::new(1);
    machines.demo();
    machines.deploy(&[]);
    machines.component_that("demo", "self.cmd('echo $PPID > ~/agent; exec sleep 4713')");
    let running = machines.start(&[]);
    let agent = crate::support::wait_for_line(&machines.home(1, "agent"));
    signal("KILL", &[agent]);
    let ended = running.end();
    ended.assert_told(1);
    ended.assert_tells("the connection was lost");
    wait_for("the end of ssh", || machines.connections().is_empty().then_some(()));
    machines.demo();
    let before = machines.logins();
    machines.deploy(&[]);
    assert_eq!(machines.logins() - before, 1);
}

#[test]
fn what_others_could_use_is_not_kept() {
    let machines = Machines::new(2);
    machines.demo();
    fs::create_dir_all(machines.kept_directory()).expect("a directory");
    fs::set_permissions(machines.kept_directory(), fs::Permissions::from_mode(0o770)).expect("a mode");
    machines.deploy(&[]);
    assert_eq!(fs::read_dir(machines.kept_directory()).expect("a directory").count(), 0);
    logs_in(&machines, 2);
}

#[test]
fn the_agent_of_the_user_is_forwarded_if_the_configuration_says_so() {
    let machines = Machines::new(2);
    machines.demo();
    machines.component_that("demo", "import subprocess\nsubprocess.call(['sh', '-c', 'ssh-add -l > ~/keys 2>&1'])");
    let config = machines.project.read("ssh_config");
    machines.project.write("ssh_config", &format!("Host host1\n  ForwardAgent yes\n{config}"));
    let socket = machines.project.place().join("agent.socket");
    let mut agent = Command::new("ssh-agent")
        .args(["-D", "-a"])
        .arg(&socket)
        .stdout(Stdio::null())
        .spawn()
        .expect("ssh-agent runs");
    wait_for("the agent", || socket.exists().then_some(()));
    let key = machines.project.place().join("key");
    let added = Command::new("ssh-add").arg("-q").arg(key).env("SSH_AUTH_SOCK", &socket).status();
    assert!(added.expect("ssh-add runs").success());
    let keys = |host| fs::read_to_string(machines.home(host, "keys")).expect("what ssh-add says");
    // With a new connection and with one that is there.
    for _ in 0..2 {
        let ended = crate::support::finish(machines.command(&[]).env("SSH_AUTH_SOCK", &socket));
        assert_eq!(ended.code, Some(0), "{ended}");
        assert!(keys(1).contains("(ED25519)"), "{}", keys(1));
        assert!(!keys(2).contains("(ED25519)"), "{}", keys(2));
    }
    assert_eq!(machines.logins(), 2);
    // Without the agent, its connection is of no use.
    machines.deploy(&[]);
    assert!(!keys(1).contains("(ED25519)"), "{}", keys(1));
    let _ = agent.kill();
    let _ = agent.wait();
}

fn signal(name: &str, processes: &[String]) {
    let sent = Command::new("kill").arg("-s").arg(name).args(processes).status();
    assert!(sent.expect("kill runs").success());
}
