use std::cell::Cell;
use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Command, Output, ProcessError, is_alive, run};

fn finish(script: &str) -> Output {
    run(&Command::new(script), &|| false).expect("the command runs")
}

/// Interrupts after the command has written a line with process ids; gives these ids and the time from the interruption on.
fn interrupt(script: &str) -> (Vec<i32>, Duration) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let ready = directory.path().join("ready");
    let at = Cell::new(None);
    let interrupted = || {
        let written = std::fs::read_to_string(&ready).is_ok_and(|text| text.ends_with('\n'));
        if written && at.get().is_none() {
            at.set(Some(Instant::now()));
        }
        written
    };
    let outcome = run(&Command::new(script).directory(directory.path()), &interrupted);
    assert!(matches!(outcome, Err(ProcessError::Interrupted)), "{outcome:?}");
    let pids = std::fs::read_to_string(&ready).expect("it was written");
    let pids = pids.split_whitespace().map(|pid| pid.parse().expect("a number")).collect();
    (pids, at.get().expect("it was interrupted").elapsed())
}

#[test]
fn outputs_and_code_are_returned() {
    let output = finish("echo out; echo err >&2; exit 7");
    assert_eq!(output, Output { code: 7, stdout: b"out\n".to_vec(), stderr: b"err\n".to_vec() });
}

#[test]
fn a_signal_gives_its_negative_number() {
    assert_eq!(finish("kill -9 $$").code, -9);
    assert_eq!(finish("kill -TERM $$").code, -15);
}

#[test]
fn large_outputs_on_both_streams_do_not_block() {
    let output = finish("head -c 3000001 /dev/zero; head -c 2000003 /dev/zero >&2; head -c 70000 /dev/zero");
    assert_eq!((output.stdout.len(), output.stderr.len(), output.code), (3_070_001, 2_000_003, 0));
}

#[test]
fn input_is_closed() {
    assert_eq!(finish("cat; echo end").stdout, b"end\n");
}

#[test]
fn environment_and_directory_reach_the_command() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let environment = [(OsString::from("GREETING"), OsString::from("a b"))];
    let command = Command::new("printf '%s %s' \"$GREETING\" \"$(pwd -P)\"; test -n \"$PATH\"");
    let output = run(&command.environment(&environment).directory(directory.path()), &|| false).expect("it runs");
    let place = directory.path().canonicalize().expect("it exists");
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("a b {}", place.display()));
    assert_eq!(output.code, 0);
}

#[test]
fn what_cannot_be_run_is_an_error() {
    let missing = run(&Command::new("true").directory(Path::new("/nonexistent/x")), &|| false);
    assert!(matches!(missing, Err(ProcessError::Directory { .. })), "{missing:?}");
    let nul = run(&Command::new("echo a\0b"), &|| false);
    assert!(matches!(nul, Err(ProcessError::NotPassable { .. })), "{nul:?}");
    let variable = [(OsString::from("A=B"), OsString::from("c"))];
    let variable = run(&Command::new("true").environment(&variable), &|| false);
    assert!(matches!(variable, Err(ProcessError::NotPassable { .. })), "{variable:?}");
    let long = run(&Command::new(&"x".repeat(8 << 20)), &|| false);
    assert!(matches!(long, Err(ProcessError::Start { .. })), "the command is too long for the system");
}

#[test]
fn a_command_that_closes_its_outputs_is_still_waited_for() {
    let start = Instant::now();
    assert_eq!(finish("exec >&- 2>&-; sleep 0.3; exit 3").code, 3);
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_background_process_with_open_output_is_waited_for() {
    let output = finish("(sleep 0.3; echo late) & echo early");
    assert_eq!(output.stdout, b"early\nlate\n");
}

#[test]
fn short_commands_return_at_once() {
    let fastest = (0..20).map(|_| {
        let start = Instant::now();
        finish(":");
        start.elapsed()
    });
    // A wait that sleeps a tick would never be below it.
    assert!(fastest.min().is_some_and(|time| time < Duration::from_millis(25)));
}

#[test]
fn interruption_ends_grandchildren() {
    let (pids, time) = interrupt("sh -c 'sleep 60 & echo $$ $! > t; mv t ready; wait' & wait");
    assert_eq!(pids.len(), 2);
    assert!(pids.iter().all(|pid| !is_alive(*pid)), "{pids:?}");
    assert!(time < Duration::from_secs(4), "{time:?}");
}

#[test]
fn interruption_kills_what_ignores_the_request() {
    let (pids, time) = interrupt("trap '' TERM; echo $$ > t; mv t ready; while :; do sleep 0.05; done");
    assert!(!is_alive(pids[0]));
    assert!(time >= Duration::from_secs(3), "it got its time: {time:?}");
}

#[test]
fn a_daemon_that_holds_the_output_can_be_interrupted() {
    let (pids, _) = interrupt("sleep 60 & echo $! > t; mv t ready");
    assert!(!is_alive(pids[0]), "it is in the group of the command");
}

#[test]
fn a_script_with_a_secret_is_no_argument_and_works_as_one() {
    let secret = "a-secret-in-a-script";
    let mut secrets = crate::redact::Secrets::default();
    secrets.add_value("a", secret);
    crate::redact::process().add(&secrets);
    let arguments = "tr '\\0' ' ' </proc/$$/cmdline";
    let script = format!("true {secret}; echo \"$0|$#|$(cat)\"; {arguments}; ls /proc/self/fd | wc -l; exit 3");
    let output = finish(&script);
    assert_eq!((output.code, String::from_utf8_lossy(&output.stderr)), (3, "".into()));
    // Without a secret the same is told, except the arguments.
    let plain = finish(&script.replace(secret, "nothing"));
    let lines = |output: &Output| -> Vec<String> {
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    };
    let (private, plain) = (lines(&output), lines(&plain));
    assert_eq!(private[0], "/bin/sh|0|");
    assert_eq!(private[0], plain[0]);
    let open_files = plain.last().and_then(|line| line.split(' ').next_back()).expect("their number");
    assert_eq!(private[1], format!("/bin/sh -c . /dev/fd/0 {open_files}"));
    let text = private.join("\n");
    assert!(!text.contains(secret));
    let wrong = finish(&format!("if {secret}"));
    assert_eq!((wrong.code, wrong.stdout.len()), (finish("if x").code, 0));
    let lines = finish(&format!(": {secret}\n\nno-such-command-at-all"));
    assert_eq!(lines.code, 127);
    assert!(String::from_utf8_lossy(&lines.stderr).contains("no-such-command-at-all"));
}
