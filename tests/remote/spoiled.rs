//! Hosts and programs that do not do what they should. Each time there is another host that does.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::sshd::{Machines, REMOTE, make_program};
use crate::support::{Ended, Running, finish, need_root, wait_for};

/// Two hosts that have the program; from now on the first of them runs this shell script instead of a login shell. What it is asked
/// for is in `$SSH_ORIGINAL_COMMAND`.
fn spoiled(script: &str) -> Machines {
    let machines = Machines::with_config(2, "{host1}\nForceCommand . $HOME/../../spoiled.sh\n");
    machines.demo();
    spoil(&machines, "exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
    machines.deploy(&[]);
    for host in 1..=2 {
        fs::remove_dir_all(machines.home(host, "deployment")).expect("removed");
    }
    spoil(&machines, script);
    machines
}

fn spoil(machines: &Machines, script: &str) {
    fs::write(machines.project.place().join("spoiled.sh"), script).expect("a script");
}

/// Deploys: the first host fails and the second is done.
fn half_done(machines: &Machines) -> Ended {
    let ended = machines.run(&["--keep-going"]);
    ended.assert_told(1);
    ended.assert_tells("ERROR: host1: ");
    assert_eq!(machines.deployed(2, "work/demo/demo"), "demo on host2\n", "{ended}");
    assert!(!machines.home(1, "deployment/work/demo/demo").exists(), "{ended}");
    wait_for("the end of the agents", || machines.agents().is_empty().then_some(()));
    ended
}

/// A script that changes what the agent says by one of perl.
fn filtered(substitution: &str) -> String {
    format!(
        "sh -c \"$SSH_ORIGINAL_COMMAND\" | perl -e '$| = 1; while (sysread STDIN, $b, 65536) {{ $b =~ {substitution}; syswrite \
         STDOUT, $b }}'"
    )
}

#[test]
fn a_lot_of_noise_is_passed_over_and_too_much_is_told() {
    let machines = spoiled("yes 'Welcome to this host' | head -c 60000; exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
    machines.deploy(&[]);
    let machines = spoiled("yes 'Welcome to this host' | head -c 70000; exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
    half_done(&machines).assert_tells("prints more than 65536 bytes");
}

#[test]
fn silence_is_noticed() {
    let machines = spoiled("exec sleep 100");
    half_done(&machines).assert_tells("did not start the program in 60 seconds");
    // The connection to the host that works stays, the other one does not.
    assert_eq!(machines.connections().len(), 1);
}

#[test]
fn an_early_end_is_told_with_what_was_said() {
    let ended = half_done(&spoiled("echo 'The host goes down now.' >&2; exit 1"));
    ended.assert_tells("the host ended the connection before the program was there");
    ended.assert_tells("The host goes down now.");
}

#[test]
fn an_end_in_the_middle_of_a_message_is_a_lost_connection() {
    let ended = half_done(&spoiled("sh -c \"$SSH_ORIGINAL_COMMAND\" | head -c 40"));
    ended.assert_tells("the connection was lost");
}

#[test]
fn a_program_that_is_replaced_during_a_run_is_sent_as_it_was() {
    let machines = spoiled(&format!("touch $HOME/asked; until test -e $HOME/go; do sleep 0.05; done\n{ELSEWHERE}"));
    let program = machines.project.place().join("batou-remote");
    fs::copy(REMOTE, &program).expect("a copy");
    let mut running = Running::start(machines.project.command(&program).args(machines.command(&[]).get_args()));
    running.reaches(&machines.home(1, "asked"));
    fs::remove_file(&program).expect("removed");
    make_program(&program, "#!/bin/sh\necho another version\n");
    fs::write(machines.home(1, "go"), "").expect("a file");
    let ended = running.end();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n");
}

#[test]
fn half_a_program_is_no_program() {
    let place = "export XDG_CACHE_HOME=$HOME/cache\n";
    let machines = spoiled(&format!("{place}head -c 3000000 | sh -c \"$SSH_ORIGINAL_COMMAND\""));
    half_done(&machines).assert_tells("gzip: stdin: unexpected end of file");
    let kept: Vec<_> = fs::read_dir(machines.home(1, "cache/batou")).expect("the directory").collect();
    assert!(kept.is_empty(), "{kept:?}");
    // One that is not packed ends without a word.
    let plain = "sh -c \"$(echo \"$SSH_ORIGINAL_COMMAND\" | sed 's/command -v gzip/false/')\"";
    spoil(&machines, &format!("{place}(head -c 300; exec >&-; exec cat >/dev/null) | {plain}"));
    half_done(&machines).assert_tells("bytes of the program arrived");
    // The next one gets through.
    spoil(&machines, &format!("{place}exec sh -c \"$SSH_ORIGINAL_COMMAND\""));
    machines.deploy(&[]);
    assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n");
}

/// A file system in memory, for the time of a test.
struct Mounted(PathBuf);

impl Mounted {
    fn new(path: PathBuf, options: &str) -> Self {
        need_root("file systems of its own");
        fs::create_dir_all(&path).expect("a directory");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "none"]).arg(&path).status();
        assert!(mounted.expect("mount runs").success());
        Self(path)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// Has the program kept somewhere else, so that it has to be sent.
const ELSEWHERE: &str = "export XDG_CACHE_HOME=$HOME/cache\nexec sh -c \"$SSH_ORIGINAL_COMMAND\"";

#[test]
fn a_full_disk_is_told_and_nothing_is_left_on_it() {
    let machines = spoiled(ELSEWHERE);
    let disk = Mounted::new(machines.home(1, "cache"), "size=1m");
    let ended = half_done(&machines);
    ended.assert_tells("there is no room for the program on the host");
    ended.assert_tells("No space left on device");
    assert_eq!(fs::read_dir(disk.0.join("batou")).expect("a directory").count(), 0);
}

#[test]
fn a_home_whose_programs_may_not_run_is_told() {
    let machines = spoiled(ELSEWHERE);
    let _disk = Mounted::new(machines.home(1, "cache"), "noexec");
    let ended = half_done(&machines);
    ended.assert_tells("the program cannot be started on the host");
    ended.assert_tells("noexec");
}

/// Two hosts, of which the first says that it is of another architecture.
fn of_two_architectures() -> Machines {
    let machines = spoiled(&format!("export PATH=\"$HOME/bin:$PATH\"\n{ELSEWHERE}"));
    let uname = machines.home(1, "bin/uname");
    make_program(&uname, "#!/bin/sh\ncase $1 in -m) echo riscv64;; *) echo Linux;; esac\n");
    machines
}

#[test]
fn a_host_of_another_architecture_is_told_before_anything_is_sent() {
    let machines = of_two_architectures();
    let ended = half_done(&machines);
    ended.assert_tells("the host is Linux riscv64, and there is a program for Linux x86_64 only");
    ended.assert_tells("--agent");
    assert!(!machines.home(1, "cache/batou/").exists());
}

#[test]
fn hosts_of_several_architectures_get_their_own_programs() {
    let machines = of_two_architectures();
    // A program for RISC-V, by what it says about itself.
    let mut program = fs::read(REMOTE).expect("a program");
    program[18..20].copy_from_slice(&[243, 0]);
    let other = machines.project.place().join("for-riscv");
    fs::write(&other, &program).expect("a file");
    let ended = machines.run(&["--keep-going", "--agent", &other.to_string_lossy()]);
    // It got there whole, and that it cannot run here is no surprise.
    ended.assert_told(1);
    ended.assert_tells("ERROR: host1: the program cannot be started on the host");
    ended.assert_tells("give the program for the architecture of the host with --agent");
    assert_eq!(machines.deployed(2, "work/demo/demo"), "demo on host2\n", "{ended}");
}

#[test]
fn a_program_of_another_version_is_refused() {
    let machines = spoiled(&filtered(r"s/protocol\x01/protocol\x17/"));
    let ended = half_done(&machines);
    ended.assert_tells("speaks version 23 of the protocol");
    ended.assert_tells("--agent");
    let version = env!("CARGO_PKG_VERSION");
    let other = format!("9{}", &version[1..]);
    let ended = half_done(&spoiled(&filtered(&format!("s/version\\x65{version}/version\\x65{other}/"))));
    ended.assert_tells(&format!("the program on the host has version {other}, and this one {version}"));
}

#[test]
fn what_is_no_message_is_a_lost_connection() {
    for substitution in [r"s/protocol\x01/protozoa\x01/", r"s/\x00\x00\x00/\xff\xff\xff/"] {
        half_done(&spoiled(&filtered(substitution))).assert_tells("ERROR: host1: ");
    }
}

/// A run with another program in the place of ssh.
fn with_ssh(machines: &Machines, script: Option<&str>) -> Running {
    let bin = machines.project.place().join("bin");
    fs::create_dir_all(&bin).expect("a directory");
    if let Some(script) = script {
        make_program(&bin.join("ssh"), &format!("#!/bin/sh\n{script}\n"));
    }
    let path = if script.is_some() { format!("{}:/usr/bin:/bin", bin.display()) } else { bin.display().to_string() };
    Running::start(machines.command(&["--keep-going"]).env("PATH", path))
}

#[test]
fn a_missing_ssh_is_told() {
    let machines = Machines::new(1);
    machines.demo();
    let ended = with_ssh(&machines, None).end();
    ended.assert_told(1);
    ended.assert_tells("host1: ");
    ended.assert_tells("ssh");
}

#[test]
fn what_ssh_says_is_shown() {
    let machines = Machines::new(1);
    machines.demo();
    let ended = with_ssh(&machines, Some("echo 'Bad configuration option: proxyjmp' >&2; exit 255")).end();
    ended.assert_told(1);
    ended.assert_tells("ERROR: host1: ssh cannot connect");
    ended.assert_tells("Bad configuration option: proxyjmp");
}

#[test]
fn an_ssh_that_never_connects_keeps_nobody_waiting() {
    let machines = Machines::new(2);
    machines.demo();
    // As with a program of `ProxyCommand` that waits for something.
    let script = "case \"$*\" in *host1*) exec sleep 0.1714e4;; esac; exec /usr/bin/ssh \"$@\"";
    let ended = with_ssh(&machines, Some(script)).end();
    ended.assert_told(1);
    ended.assert_tells("ERROR: host1: ");
    assert_eq!(machines.deployed(2, "work/demo/demo"), "demo on host2\n", "{ended}");
    // Ctrl-C does not wait for it either.
    let running = with_ssh(&machines, Some(script));
    std::thread::sleep(Duration::from_millis(500));
    running.signal("INT");
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended}");
    let waiting = finish(Command::new("pgrep").args(["-f", "sleep 0.1714e4"]));
    assert_eq!(waiting.output, "", "ssh still runs");
}
