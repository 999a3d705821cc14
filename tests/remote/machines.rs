//! Machines of Vagrant and Test Kitchen. Their programs are played by scripts that reach a host of the server here.

use std::fs;

use crate::sshd::{Machines, make_program};
use crate::support::{Ended, finish};

/// A machine that `program` makes; `script` is what it does with its words.
fn machine(program: &str, script: &str) -> Machines {
    let machines = Machines::new(1);
    machines.environment(&format!("connect_method = {program}"), "host1 = demo");
    machines.component("demo", "");
    let path = machines.project.place().join("bin").join(program);
    let place = machines.project.place().display().to_string();
    let script = format!("#!/bin/sh\necho \"$*\" >> {place}/calls\n{script}\n").replace("{place}", &place);
    make_program(&path, &script);
    machines
}

fn deploy(machines: &Machines) -> Ended {
    let path = format!("{}/bin:/usr/bin:/bin:/usr/sbin:/sbin", machines.project.place().display());
    finish(machines.command(&[]).env("PATH", path))
}

fn calls(machines: &Machines) -> Vec<String> {
    let calls = fs::read_to_string(machines.project.place().join("calls")).expect("it was called");
    calls.lines().map(|line| line.chars().take(40).collect()).collect()
}

#[test]
fn a_machine_of_vagrant_is_made_and_deployed() {
    let script = "[ \"$1\" = up ] && exit 0\nhost=$2; shift 3\nexec ssh \"$@\" 2>&2 -- \"$host\"";
    // The words after -- are those of ssh, with the command line as the last one.
    let script = script.replace(
        "exec ssh \"$@\" 2>&2 -- \"$host\"",
        "for last; do :; done\nexec ssh -F ssh_config \"$host\" \"$last\"",
    );
    let machines = machine("vagrant", &script);
    let ended = deploy(&machines);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n");
    let calls = calls(&machines);
    assert_eq!(calls[0], "up");
    assert!(calls[1].starts_with("ssh host1 -- -T -C -F "), "{calls:?}");
}

#[test]
fn a_machine_of_kitchen_is_made_and_deployed() {
    let machines = machine("kitchen", "[ \"$1\" = diagnose ] || exit 0\ncat {place}/state");
    let config = machines.project.read("ssh_config");
    let port = config.lines().find_map(|line| line.trim().strip_prefix("Port ")).expect("a port");
    let place = machines.project.place().display();
    let user = String::from_utf8(std::process::Command::new("id").arg("-un").output().expect("id runs").stdout);
    let state = format!(
        "instances:\n  one:\n    state_file:\n      hostname: 127.0.0.1\n      port: {port}\n      username: {}      ssh_key: {place}/key\n",
        user.expect("a name")
    );
    fs::write(machines.project.place().join("state"), state).expect("a file");
    let ended = deploy(&machines);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n");
    assert_eq!(calls(&machines), ["create host1", "diagnose --log-level=error host1"]);
}

#[test]
fn a_machine_that_cannot_be_made_is_told() {
    let machines = machine("vagrant", "echo 'The box is gone' >&2; exit 3");
    let ended = deploy(&machines);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("`vagrant up` failed with return code 3");
    ended.assert_tells("The box is gone");
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("there is no program vagrant");
}
