//! Hosts that are reached through another one.

use std::fs;

use crate::sshd::Machines;

#[test]
fn a_host_behind_another_one() {
    let machines = Machines::with_config(2, "LogLevel DEBUG1\n");
    machines.environment("", "host1 = demo");
    machines.component("demo", "");
    let config = machines.project.read("ssh_config");
    machines.project.write("ssh_config", &format!("Host host1\n  ProxyJump host2\n{config}"));
    machines.deploy(&[]);
    assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n");
    let log = fs::read_to_string(machines.project.place().join("sshd.log")).expect("a log");
    assert!(log.contains("direct_tcpip"), "nobody was sent on\n{log}");
    // What the one in between says is what is told.
    machines.project.write("ssh_config", &format!("Host host1\n  ProxyJump host2\nHost host2\n  Port 1\n{config}"));
    // It is tried again, with pauses.
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("ERROR: host1: ssh cannot connect");
    ended.assert_tells("Connection refused");
}
