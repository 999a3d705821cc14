//! Many hosts.

use std::time::Duration;

use crate::sshd::Machines;

/// How long a hundred hosts may take on a busy machine.
const LONG: Duration = Duration::from_secs(300);

#[test]
fn a_hundred_hosts_of_one_server_with_its_usual_limits() {
    let machines = Machines::with_config(100, "MaxStartups 10:30:100\n");
    machines.demo();
    let first = machines.start(&[]).end_within(LONG);
    assert_eq!(first.code, Some(0), "{first}");
    first.assert_tells("100 of 100 components changed");
    for host in [1, 57, 100] {
        assert_eq!(machines.deployed(host, "work/demo/demo"), format!("demo on host{host}\n"));
    }
    let second = machines.start(&[]).end_within(LONG);
    assert_eq!(second.code, Some(0), "{second}");
    second.assert_tells("nothing to do: 100 components are up to date");
}

#[test]
fn a_server_that_drops_from_the_tenth_on_keeps_nobody_out() {
    let machines = Machines::with_config(40, "MaxStartups 10\n");
    machines.demo();
    let ended = machines.start(&[]).end_within(LONG);
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("40 of 40 components changed");
}
