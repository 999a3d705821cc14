//! Processes that are killed at random moments. Whatever it is, and whenever: files are old or new, nothing goes on running, no
//! lock stays, and the next run does what is left.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::sshd::Machines;
use crate::support::{Running, wait_for};

/// How many moments are tried with each.
const MOMENTS: usize = 20;

/// What a component writes; a torn file would be shorter.
const LENGTH: usize = 300_000;

const HOSTS: usize = 2;

/// Two hosts with two components each, which take some time. `mark` tells their commands from those of other tests.
fn machines(mark: &str) -> Machines {
    let machines = Machines::new(HOSTS);
    machines.environment("", "host1 = first, second\nhost2 = first, second");
    for name in ["first", "second"] {
        let class = name[..1].to_uppercase() + &name[1..];
        let lines = format!("self += Slow()\nself += File('large', content='x' * {LENGTH})");
        machines.component(name, &lines);
        let definition = machines.project.read(&format!("components/{name}/component.py"));
        let slow = format!(
            "class Slow(Component):\n    def verify(self):\n        self.cmd('exec sleep {mark}')\n\n\nclass {class}("
        );
        let definition = definition.replace(&format!("class {class}("), &slow);
        machines.project.write(&format!("components/{name}/component.py"), &definition);
    }
    machines.deploy(&[]);
    machines
}

/// Everything that was deployed to a host.
fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn commands(mark: &str) -> Vec<String> {
    let found = Command::new("pgrep").args(["-f", &format!("^sleep {mark}$")]).output().expect("pgrep runs");
    String::from_utf8_lossy(&found.stdout).lines().map(str::to_owned).collect()
}

fn kill(signal: &str, processes: &[String]) {
    // They may end at the same moment.
    let _ = Command::new("kill").arg("-s").arg(signal).args(processes).output();
}

/// Starts deployments and strikes at random moments. `codes` are those that the run may end with.
fn at_random_moments(mark: &str, codes: &[Option<i32>], strike: impl Fn(&Machines, &Running)) {
    let machines = machines(mark);
    let started = Instant::now();
    machines.deploy(&[]);
    let usual = started.elapsed();
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    for moment in 0..MOMENTS {
        for host in 1..=HOSTS {
            fs::remove_dir_all(machines.home(host, "deployment/work")).expect("removed");
        }
        let pause = usual.mul_f64(random.f64() * 1.1);
        let running = machines.start(&[]);
        std::thread::sleep(pause);
        strike(&machines, &running);
        let ended = running.end();
        let place = format!("moment {moment} after {pause:?}, seed {seed}");
        assert!(codes.contains(&ended.code), "{place}\n{ended}");
        wait_for("the end of the agents", || machines.agents().is_empty().then_some(()));
        assert!(commands(mark).is_empty(), "{place}: a command still runs");
        for host in 1..=HOSTS {
            let mut found = Vec::new();
            files(&machines.home(host, "deployment/work"), &mut found);
            for path in found.iter().filter(|path| path.ends_with("large")) {
                let length = fs::metadata(path).expect("a file").len() as usize;
                assert!(length == 0 || length == LENGTH, "{place}: {} is torn", path.display());
            }
        }
        machines.deploy(&[]);
        for host in 1..=HOSTS {
            let mut found = Vec::new();
            files(&machines.home(host, "deployment/work"), &mut found);
            let mut names: Vec<String> =
                found.iter().map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
            names.sort_unstable();
            assert_eq!(names, ["first", "large", "large", "second"], "{place}");
        }
    }
}

#[test]
fn a_killed_controller() {
    at_random_moments("0.1711", &[None, Some(0)], |_, running| kill("KILL", &[running.pid().to_string()]));
}

#[test]
fn a_killed_agent() {
    at_random_moments("0.1712", &[Some(0), Some(1)], |machines, _| {
        let agents: Vec<String> = machines.agents().iter().map(u32::to_string).collect();
        if !agents.is_empty() {
            // Sometimes the one that works, sometimes the one that watches it.
            let victim = fastrand::usize(..agents.len());
            kill("KILL", &agents[victim..=victim]);
        }
    });
}

#[test]
fn a_killed_command() {
    at_random_moments("0.1713", &[Some(0), Some(1)], |_, _| {
        let commands = commands("0.1713");
        if !commands.is_empty() {
            kill("KILL", &commands);
        }
    });
}

#[test]
fn an_interrupted_run() {
    // In its first milliseconds a program is ended by the signal itself, and has done nothing yet.
    at_random_moments("0.1714", &[Some(130), Some(0), None], |_, running| {
        kill("INT", &[running.pid().to_string()]);
        if fastrand::bool() {
            std::thread::sleep(Duration::from_millis(fastrand::u64(..100)));
            kill("INT", &[running.pid().to_string()]);
        }
    });
}
