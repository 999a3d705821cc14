//! Many hosts.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::sshd::Machines;
use crate::support::finish;

/// A crowd needs the whole machine; others besides would see nothing but how busy it is.
static ONE_CROWD: Mutex<()> = Mutex::new(());

/// So many hosts, each with the component `demo`; nobody else has any meanwhile.
fn crowd(count: usize, config: &str) -> (MutexGuard<'static, ()>, Machines) {
    let alone = ONE_CROWD.lock().unwrap_or_else(PoisonError::into_inner);
    let machines = Machines::with_config(count, config);
    machines.demo();
    (alone, machines)
}

#[test]
fn a_hundred_hosts_of_one_server_with_its_usual_limits() {
    let (_alone, machines) = crowd(100, "MaxStartups 10:30:100\n");
    let first = machines.run(&[]);
    assert_eq!(first.code, Some(0), "{first}");
    first.assert_tells("100 of 100 components changed");
    for host in [1, 57, 100] {
        assert_eq!(machines.deployed(host, "work/demo/demo"), format!("demo on host{host}\n"));
    }
    let second = machines.run(&[]);
    assert_eq!(second.code, Some(0), "{second}");
    second.assert_tells("nothing to do: 100 components are up to date");
}

#[test]
fn a_server_that_drops_from_the_tenth_on_keeps_nobody_out() {
    let (_alone, machines) = crowd(100, "MaxStartups 10\n");
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("100 of 100 components changed");
}

#[test]
fn hosts_may_be_more_than_a_process_has_files() {
    let (_alone, machines) = crowd(40, "MaxStartups 100\n");
    let run = machines.command(&[]);
    let mut limited = machines.project.command("/bin/sh");
    limited.args(["-c", "ulimit -Sn 200; exec \"$@\"", "sh"]).arg(run.get_program()).args(run.get_args());
    let ended = finish(&mut limited);
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("40 of 40 components changed");
}
