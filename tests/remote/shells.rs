//! Login shells that are not those of POSIX, or say more than they should.

use std::fs;

use crate::sshd::Machines;

#[test]
fn any_login_shell_starts_the_agent() {
    let config = "{host1}\nForceCommand exec tcsh -c \"$SSH_ORIGINAL_COMMAND\"\n\
                  {host2}\nForceCommand exec fish -c \"$SSH_ORIGINAL_COMMAND\"\n\
                  {host3}\nForceCommand echo 'Welcome, welcome'; exec bash -c \"$SSH_ORIGINAL_COMMAND\"\n\
                  {host4}\nForceCommand sleep 2; printf 'no line end'; exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n";
    let machines = Machines::with_config(4, config);
    machines.environment("", "host1 = demo\nhost2 = demo\nhost3 = demo\nhost4 = demo");
    machines.component("demo", "");
    // The first host to come sends the program; then each finds it.
    for _ in 0..2 {
        machines.deploy(&[]);
    }
    for host in 1..=4 {
        assert_eq!(machines.deployed(host, "work/demo/demo"), format!("demo on host{host}\n"));
    }
}

#[test]
fn what_a_shell_prints_without_a_line_end_hides_nothing() {
    let config = "{host1}\nForceCommand printf 'Welcome'; exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n";
    let machines = Machines::with_config(1, config);
    machines.environment("", "host1 = demo");
    machines.component("demo", "");
    machines.deploy(&["--debug"]).assert_tells("sending the program");
    machines.deploy(&[]);
}

#[test]
fn a_shell_that_never_starts_anything_is_told() {
    let machines = Machines::with_config(1, "{host1}\nForceCommand echo 'This account is not available.'; exit 1\n");
    machines.environment("", "host1 = demo");
    machines.component("demo", "");
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("the host ended the connection before the program was there");
    ended.assert_tells("This account is not available.");
}

#[test]
fn a_home_that_cannot_be_written_is_told() {
    let machines = Machines::new(1);
    machines.environment("", "host1 = demo");
    machines.component("demo", "");
    // A file where the directory of the program should be keeps root out as well.
    fs::write(machines.project.place().join("cache"), "").expect("a file");
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("Not a directory");
    ended.assert_tells("~/.cache/batou must be writable");
}
