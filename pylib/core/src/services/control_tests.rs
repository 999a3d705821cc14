use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Service, ServiceError, ServiceState, restart, start, state, stop};
use crate::process::is_alive;

const LIMIT: Duration = Duration::from_secs(5);

/// Stops the service when a test ends, however it ends.
struct Fixture {
    directory: tempfile::TempDir,
    service: Service,
}

impl Fixture {
    fn new(command: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let watched = directory.path().join("settings");
        fs::write(&watched, "one").expect("the directory is writable");
        let service = Service {
            name: "tick".into(),
            command: command.into(),
            directory: directory.path().to_path_buf(),
            pid_file: directory.path().join("tick.pid"),
            watched: vec![watched],
            environment: vec![("GREETING".into(), "hello".into())],
        };
        Fixture { directory, service }
    }

    fn ticking() -> Self {
        Fixture::new("echo \"$GREETING\"; while :; do date; sleep 0.05; done")
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    fn state(&self) -> ServiceState {
        state(&self.service).expect("its state can be told")
    }

    fn start(&self) -> i32 {
        start(&self.service).expect("it starts")
    }

    fn reason(&self) -> String {
        match self.state() {
            ServiceState::Outdated { reason, .. } => reason,
            other => panic!("it is not outdated but {other:?}"),
        }
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = stop(&self.service, LIMIT);
    }
}

fn until(what: &str, condition: impl Fn() -> bool) {
    let end = Instant::now() + LIMIT;
    while !condition() {
        assert!(Instant::now() < end, "{what} did not happen in time");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn a_service_starts_is_left_alone_and_stops() {
    let fixture = Fixture::ticking();
    assert_eq!(fixture.state(), ServiceState::Stopped);
    let pid = fixture.start();
    assert_eq!(text(&fixture.service.pid_file), format!("{pid}\n"));
    assert_eq!(fixture.state(), ServiceState::Running { pid });
    assert!(matches!(start(&fixture.service), Err(ServiceError::AlreadyRunning { .. })));
    let log = fixture.service.log_file();
    until("output", || text(&log).lines().count() > 2);
    assert!(text(&log).starts_with("hello\n"), "{}", text(&log));

    stop(&fixture.service, LIMIT).expect("it stops");
    assert!(!is_alive(pid));
    assert!(!fixture.service.pid_file.exists() && !fixture.service.state_file().exists());
    assert_eq!(fixture.state(), ServiceState::Stopped);
    stop(&fixture.service, LIMIT).expect("stopping a stopped service is fine");
}

#[test]
fn every_change_of_the_description_is_noticed() {
    let mut fixture = Fixture::ticking();
    let pid = fixture.start();
    fs::write(fixture.path("settings"), "two").expect("it is writable");
    assert_eq!(fixture.reason(), format!("{} changed", fixture.path("settings").display()));
    fs::remove_file(fixture.path("settings")).expect("it is there");
    assert_eq!(fixture.reason(), format!("{} is gone", fixture.path("settings").display()));
    fs::write(fixture.path("settings"), "one").expect("it is writable");
    assert_eq!(fixture.state(), ServiceState::Running { pid }, "the content counts, not the time");

    fixture.service.watched.push(fixture.path("later"));
    assert_eq!(fixture.reason(), format!("it now depends on {}", fixture.path("later").display()));
    fixture.service.watched.clear();
    assert_eq!(fixture.reason(), format!("it no longer depends on {}", fixture.path("settings").display()));
    fixture.service.watched = vec![fixture.path("settings")];
    fixture.service.environment.clear();
    assert_eq!(fixture.reason(), "its environment changed");
    fixture.service.command.push_str(" # again");
    assert_eq!(fixture.reason(), "its command changed");

    let next = restart(&fixture.service, LIMIT).expect("it restarts");
    assert_ne!(next, pid);
    assert!(!is_alive(pid));
    assert_eq!(fixture.state(), ServiceState::Running { pid: next });
}

#[test]
fn an_unreadable_watched_file_is_an_error() {
    let mut fixture = Fixture::ticking();
    fixture.start();
    fixture.service.watched = vec![fixture.path(".")];
    let error = state(&fixture.service).expect_err("a directory has no content");
    assert!(matches!(error, ServiceError::Watched { .. }) && error.hint().is_some(), "{error}");
}

#[test]
fn a_simple_command_gets_the_signal_itself() {
    let fixture = Fixture::new("sleep 60");
    let pid = fixture.start();
    until("the program", || {
        text(Path::new(&format!("/proc/{pid}/comm"))) == "sleep\n" || !Path::new("/proc/self").exists()
    });
    assert_eq!(rustix::process::getsid(rustix::process::Pid::from_raw(pid)).ok(), rustix::process::Pid::from_raw(pid));
}

#[test]
fn children_are_stopped_too_and_stubborn_ones_killed() {
    let fixture = Fixture::new("(trap '' TERM; while :; do sleep 0.05; done) & echo $! > child; wait");
    let pid = fixture.start();
    until("the child", || text(&fixture.path("child")).ends_with('\n'));
    let child: i32 = text(&fixture.path("child")).trim().parse().expect("a number");
    assert!(is_alive(child));
    stop(&fixture.service, Duration::from_millis(300)).expect("it stops");
    until("the end of the child", || !is_alive(child));
    assert!(!is_alive(pid));
}

#[test]
fn a_crash_at_the_start_shows_the_last_lines() {
    let fixture = Fixture::new("echo earlier; sleep 60");
    fixture.start();
    stop(&fixture.service, LIMIT).expect("it stops");
    let crashing = Service { command: "seq 1 30; echo no such database >&2; exit 3".into(), ..fixture.service.clone() };
    let fastest = (0..5).map(|_| {
        let begin = Instant::now();
        start(&crashing).expect_err("it ends at once");
        begin.elapsed()
    });
    // A watch that always took its whole time would never be below it.
    assert!(fastest.min().is_some_and(|time| time < Duration::from_millis(280)));
    let error = start(&crashing).expect_err("it ends at once");
    let ServiceError::Ended { code, last_lines, .. } = &error else { panic!("{error}") };
    assert_eq!(*code, 3);
    assert_eq!(last_lines.len(), 20);
    assert_eq!((last_lines[0].as_str(), last_lines[19].as_str()), ("12", "no such database"));
    assert!(!fixture.service.pid_file.exists() && !fixture.service.state_file().exists());

    let missing = Service { command: "./no-such-program".into(), ..fixture.service.clone() };
    let error = start(&missing).expect_err("there is no such program");
    assert!(matches!(error, ServiceError::Ended { code: 127, .. }) && error.hint().is_some(), "{error}");
}

#[test]
fn a_crash_later_counts_as_stopped() {
    let fixture = Fixture::new("sleep 0.4; exit 1");
    fixture.start();
    until("its end", || fixture.state() == ServiceState::Stopped);
    assert!(fixture.service.pid_file.exists(), "looking changes nothing");
    fixture.start();
}

#[test]
fn a_foreign_process_is_never_taken_for_the_service() {
    let fixture = Fixture::ticking();
    let mut foreign = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().expect("sleep starts");
    let foreign_pid = foreign.id().cast_signed();
    // Without a record: a pid file left by another program.
    fs::write(&fixture.service.pid_file, format!("{foreign_pid}\n")).expect("it is writable");
    assert_eq!(fixture.state(), ServiceState::Stopped);
    stop(&fixture.service, LIMIT).expect("only files are removed");

    // With a record: the number was used again, which the start time shows.
    // Linux counts start times in hundredths of a second, others in whole ones.
    let same_start = if cfg!(target_os = "linux") { 50 } else { 1100 };
    std::thread::sleep(Duration::from_millis(same_start));
    let pid = fixture.start();
    let record = text(&fixture.service.state_file());
    let record = record.replace(&format!("\"pid\": {pid},"), &format!("\"pid\": {foreign_pid},"));
    assert!(record.contains(&foreign_pid.to_string()));
    stop(&fixture.service, LIMIT).expect("it stops");
    fs::write(fixture.service.state_file(), record).expect("it is writable");
    fs::write(&fixture.service.pid_file, format!("{foreign_pid}\n")).expect("it is writable");
    assert_eq!(fixture.state(), ServiceState::Stopped);
    let pid = fixture.start();
    assert_eq!(fixture.state(), ServiceState::Running { pid });
    assert!(matches!(foreign.try_wait(), Ok(None)), "it was left alone");
    foreign.kill().and_then(|()| foreign.wait()).expect("it is our child");
}

#[test]
fn lost_files_lead_to_a_restart_and_never_to_two_copies() {
    let fixture = Fixture::ticking();
    let first = fixture.start();
    fs::remove_file(fixture.service.state_file()).expect("it is there");
    assert_eq!(fixture.reason(), "nobody noted how it was started");
    assert!(matches!(start(&fixture.service), Err(ServiceError::AlreadyRunning { .. })));
    let second = restart(&fixture.service, LIMIT).expect("it restarts");
    assert!(!is_alive(first));

    fs::remove_file(&fixture.service.pid_file).expect("it is there");
    assert_eq!(fixture.reason(), "its pid file does not name it");
    assert!(matches!(start(&fixture.service), Err(ServiceError::AlreadyRunning { .. })));
    let third = restart(&fixture.service, LIMIT).expect("it restarts");
    assert!(!is_alive(second));
    assert_eq!(fixture.state(), ServiceState::Running { pid: third });
}

#[test]
fn a_start_whose_files_cannot_be_written_runs_nothing() {
    let fixture = Fixture::new("touch ran; sleep 60");
    // A directory in the place of the pid file: the record can be written, the pid file cannot.
    fs::create_dir(&fixture.service.pid_file).expect("the directory is writable");
    assert!(start(&fixture.service).is_err());
    fs::remove_dir(&fixture.service.pid_file).expect("it is empty");
    std::thread::sleep(Duration::from_millis(100));
    assert!(!fixture.path("ran").exists(), "the command must not have run");
    assert_eq!(fixture.state(), ServiceState::Stopped);
    fixture.start();
    until("the run", || fixture.path("ran").exists());
}

#[test]
fn damaged_records_and_missing_directories_are_errors() {
    let mut fixture = Fixture::ticking();
    fs::write(fixture.service.state_file(), "{").expect("it is writable");
    assert!(matches!(state(&fixture.service), Err(ServiceError::Record { .. })));
    fs::remove_file(fixture.service.state_file()).expect("it is there");
    fixture.service.directory = fixture.path("missing");
    assert!(matches!(start(&fixture.service), Err(ServiceError::Directory { .. })));
}
