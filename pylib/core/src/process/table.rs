//! The system's table of processes: who is there, since when, and in which group.

use rustix::process::{Pid, test_kill_process_group};

/// Whether the process is there and has not ended; an ended one that nobody has reaped yet does not count.
pub(crate) fn is_alive(pid: i32) -> bool {
    start_time(pid).is_some()
}

/// The start of a process, as a text that no other process of this machine has together with the same number; `None` if it has
/// ended.
pub(crate) fn start_time(pid: i32) -> Option<String> {
    // Zero and negative numbers mean groups of processes.
    if pid > 0 { system::start_time(pid) } else { None }
}

/// Whether all processes of a group have ended, reaped or not. First processes of containers reap late or never, so the group's
/// mere existence says nothing.
pub(crate) fn group_has_ended(group: Pid) -> bool {
    test_kill_process_group(group).is_err() || !system::has_living_members(group.as_raw_nonzero().get())
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;

    pub(super) fn start_time(pid: i32) -> Option<String> {
        let Some(stat) = Stat::read(pid) else {
            return if has_table() { None } else { session(pid) };
        };
        // Ticks count from the boot, so two boots can give the same.
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        stat.is_living.then(|| format!("{}:{}", boot.trim(), stat.start_ticks))
    }

    /// Whether /proc is there. A bare root directory may lack it.
    fn has_table() -> bool {
        fs::exists("/proc/self/stat").unwrap_or(true)
    }

    /// What can be told without the table: whether there is such a process, and its session, which is the process itself
    /// where it was started as a service.
    pub(super) fn session(pid: i32) -> Option<String> {
        let session = rustix::process::getsid(rustix::process::Pid::from_raw(pid)).ok()?;
        Some(format!("session-{}", session.as_raw_nonzero()))
    }

    pub(super) fn has_living_members(group: i32) -> bool {
        // Without the table the group's existence must do.
        let Ok(entries) = fs::read_dir("/proc") else {
            return true;
        };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter_map(Stat::read).any(|stat| stat.group == group && stat.is_living)
    }

    /// One line of the table.
    struct Stat {
        is_living: bool,
        group: i32,
        start_ticks: u64,
    }

    impl Stat {
        fn read(pid: i32) -> Option<Stat> {
            let text = fs::read(format!("/proc/{pid}/stat")).ok()?;
            let text = String::from_utf8_lossy(&text);
            // The program's name stands in parentheses and may hold anything, parentheses and blanks included.
            let (_, fields) = text.rsplit_once(')')?;
            let fields: Vec<&str> = fields.split_whitespace().collect();
            // The first field here is number 3 of the line: state; 5 is the group, 22 the start.
            Some(Stat {
                is_living: !matches!(*fields.first()?, "Z" | "X" | "x"),
                group: fields.get(2)?.parse().ok()?,
                start_ticks: fields.get(19)?.parse().ok()?,
            })
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::process::Command;

    /// The time of the start, in seconds, as `ps` prints it.
    pub(super) fn start_time(pid: i32) -> Option<String> {
        let text = ps(&["-o", "stat=,lstart=", "-p", &pid.to_string()])?;
        let (state, start) = text.trim().split_once(' ')?;
        (!state.starts_with('Z')).then(|| start.trim().to_owned())
    }

    pub(super) fn has_living_members(group: i32) -> bool {
        let Some(text) = ps(&["-A", "-o", "pgid=,stat="]) else {
            return true;
        };
        let group = group.to_string();
        text.lines().any(|line| {
            let mut fields = line.split_whitespace();
            fields.next() == Some(&group) && fields.next().is_some_and(|state| !state.starts_with('Z'))
        })
    }

    fn ps(arguments: &[&str]) -> Option<String> {
        let output = Command::new("ps").env("LC_ALL", "C").args(arguments).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{group_has_ended, is_alive, start_time};
    use rustix::process::Pid;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    #[test]
    fn ended_processes_do_not_count_even_unreaped() {
        let mut command = Command::new("cat");
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0).spawn().expect("cat starts");
        let pid = child.id().cast_signed();
        let group = Pid::from_raw(pid).expect("it is not zero");
        assert!(is_alive(pid) && !group_has_ended(group));
        assert!(start_time(pid).is_some() && start_time(pid) == start_time(pid));
        drop(child.stdin.take());
        let end = Instant::now() + Duration::from_secs(5);
        while is_alive(pid) {
            assert!(Instant::now() < end, "it has ended by now");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(group_has_ended(group), "its only member has ended");
        child.wait().expect("it is our child");
        assert!(!is_alive(pid) && !is_alive(0) && !is_alive(-1));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn without_the_table_the_session_must_do() {
        let own = std::process::id().cast_signed();
        assert!(super::system::session(own).is_some_and(|text| text.starts_with("session-")));
        assert_eq!(super::system::session(i32::MAX), None);
    }
}
