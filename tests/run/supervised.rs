//! Programs under a real supervisord: one that a real buildout installs, and one that is there already.

use std::process::{Command, Stdio};

use crate::support::{Ended, LOCAL, Project, installed, python_settings, wait_for};

const SUPERVISOR: &str = r#"
from batou.component import Component
from batou.lib.file import File
from batou.lib.logrotate import Logrotate
from batou.lib.supervisor import Supervisor


class Monitor(Component):
    def configure(self):
        (check,) = self.require("batou.lib.nagios:Service", host=self.host)
        self += File("command", content=check.nrpe_command)
"#;

/// Takes the place of the buildout with programs that are installed already.
const INSTALLED: &str = r#"
import batou.lib.supervisor
from batou.component import Component
from batou.lib.file import Directory, Symlink


class Installed(Component):
    version = setuptools = python = wheel = config = None

    def configure(self):
        self += self.config
        self += Directory("bin")
        for name in ("supervisord", "supervisorctl"):
            self += Symlink("bin/" + name, source="PROGRAMS/" + name)


batou.lib.supervisor.Buildout = Installed


class Supervisor(batou.lib.supervisor.Supervisor):
    pass
"#;

const DEMO: &str = r##"
from batou.component import Component
from batou.lib.file import File
from batou.lib.supervisor import Eventlistener, Program

QUICK = {"startsecs": 0}


class Demo(Component):
    def configure(self):
        self += File("settings", content="one\n")
        self += File("cold", content="#!/bin/sh\ncat settings > seen\nexec sleep 1000\n", mode=0o755)
        self += Program("cold", command="cold", deployment="cold", options=QUICK)
        for number in range(3):
            self += Program(f"idle{number}", command="/bin/sleep 1000", options=QUICK, dependencies=())
        # more
"##;

fn project(supervisor: &str, roots: &str) -> Project {
    let project = Project::new(DEMO);
    project.write("components/supervisor/component.py", supervisor);
    project.write("environments/dev/environment.cfg", &environment(roots, ""));
    project
}

fn environment(roots: &str, settings: &str) -> String {
    format!(
        "[environment]\nconnect_method = local\ntimeout = 120\n\n[hosts]\nlocalhost = supervisor, demo{roots}\n\n\
         [component:supervisor]\n{settings}"
    )
}

fn change(project: &Project, from: &str, to: &str) {
    let path = "components/demo/component.py";
    let text = project.read(path);
    assert!(text.contains(from), "{from:?} is missing in\n{text}");
    project.write(path, &text.replace(from, to));
}

/// Deploys and demands success; gives the parts that were updated.
fn deploy(project: &Project) -> (Vec<String>, Ended) {
    let ended = run(project);
    assert_eq!(ended.code, Some(0), "{ended}");
    let updated = ended.output.lines().filter_map(|line| Some(line.split_once("🚀")?.1.trim().to_owned())).collect();
    (updated, ended)
}

fn run(project: &Project) -> Ended {
    // Installing packages may take longer than tests usually do, so nobody watches the clock.
    project.command(LOCAL).envs(python_settings(project)).arg("dev").output().expect("the program runs").into()
}

/// What the control program says.
fn control(project: &Project, words: &[&str]) -> String {
    let directory = project.path("work/supervisor");
    let ended = Command::new(directory.join("bin/supervisorctl")).args(words).current_dir(directory).output();
    String::from_utf8_lossy(&ended.expect("the control program runs").stdout).into_owned()
}

/// The state of a program.
fn state(project: &Project, program: &str) -> String {
    let line = control(project, &["status", program]);
    line.split_whitespace().nth(1).unwrap_or_default().to_owned()
}

/// Ends supervisord, whatever becomes of the test.
struct Server<'project>(&'project Project);

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let directory = self.0.path("work/supervisor");
        let mut command = Command::new(directory.join("bin/supervisorctl"));
        let _ = command.arg("shutdown").current_dir(directory).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

#[test]
fn supervisord_of_a_buildout_runs_programs_and_is_watched() {
    let project = project(SUPERVISOR, ", logrotate, monitor");
    project.write(
        "environments/dev/environment.cfg",
        &environment(", logrotate, monitor", "logrotate = True\nnagios = True\n"),
    );
    // It comes with supervisord and is told about each tick.
    change(&project, "# more", "self += Eventlistener('memmon', command='bin/memmon', args='-a 1GB')");
    let _server = Server(&project);

    deploy(&project);
    assert_eq!(control(&project, &["status"]).matches("RUNNING").count(), 5);
    let section = project.read("work/supervisor/etc/supervisor.d/memmon.conf");
    let command = format!("command = {} -a 1GB\n", project.path("work/supervisor/bin/memmon").display());
    assert!(section.contains(&command) && section.contains("\nevents = TICK_60\n"), "{section}");

    // Nothing to do, and without the control program: it is not needed for looking.
    let program = project.path("work/supervisor/bin/supervisorctl");
    let aside = program.with_extension("aside");
    std::fs::rename(&program, &aside).expect("the control program can be put aside");
    let second = run(&project);
    std::fs::rename(&aside, &program).expect("the control program can be put back");
    assert!(second.code == Some(0) && !second.output.contains('🚀'), "{second}");

    // The monitor and logrotate get along with what was written for them.
    let check = project.read("work/monitor/command");
    let healthy = Ended::from(Command::new("sh").args(["-c", &check]).output().expect("the check runs"));
    assert_eq!(healthy.code, Some(0), "{healthy}");
    healthy.assert_tells("OK: 5 active: cold, idle0, idle1, idle2, memmon");
    control(&project, &["stop", "idle0"]);
    let broken = Ended::from(Command::new("sh").args(["-c", &check]).output().expect("the check runs"));
    assert_eq!(broken.code, Some(2), "{broken}");
    broken.assert_tells("CRITICAL: 1 inactive: idle0");
    let rotate = Ended::from(
        project
            .command("logrotate")
            .args(["--force", "--state"])
            .arg(project.path("state"))
            .arg(project.path("work/logrotate/logrotate.conf"))
            .output()
            .expect("logrotate runs"),
    );
    assert_eq!(rotate.code, Some(0), "{rotate}");
    // The old file is gone, and supervisord writes a new one.
    let log = project.path("work/supervisor/var/log/supervisord.log");
    wait_for("a new log file", || {
        std::fs::read_to_string(&log).ok().filter(|text| !text.contains("spawned: 'memmon'")).map(drop)
    });
}

#[test]
fn programs_start_stop_and_fail() {
    let programs = installed("bin/supervisord");
    let programs = programs.parent().expect("a directory").to_str().expect("a path");
    let project = project(&INSTALLED.replace("PROGRAMS", programs), "");
    let server = Server(&project);
    deploy(&project);
    assert_eq!(control(&project, &["status"]).matches("RUNNING").count(), 4);
    assert_eq!(deploy(&project).0, [""; 0]);

    // One that stopped is started, and no other.
    control(&project, &["stop", "idle1"]);
    let (updated, ended) = deploy(&project);
    assert!(updated.len() == 1 && updated[0].contains("Program('idle1')"), "{ended}");
    assert_eq!(state(&project, "idle1"), "RUNNING");

    // A cold program is stopped before its file changes, and starts with the new one.
    wait_for("the first start", || (project.read("work/demo/seen") == "one\n").then_some(()));
    change(&project, r#"content="one\n""#, r#"content="two\n""#);
    let (_, ended) = deploy(&project);
    ended.assert_tells("Stopping cold before Demo > File(");
    wait_for("the second start", || (project.read("work/demo/seen") == "two\n").then_some(()));

    // One with a changed command is replaced, and a disabled one is stopped; both for good.
    let part = |number: u32, more: &str| {
        format!(r#"Program(f"idle{{number}}", command="/bin/sleep {number}", options=QUICK, dependencies=(){more})"#)
    };
    let (before, after) = (part(1000, ""), part(2000, ", enable=number != 2"));
    change(&project, &before, &after);
    let (updated, ended) = deploy(&project);
    let programs = updated.iter().filter(|part| part.contains("> Program(") && !part.contains("> File("));
    assert_eq!(programs.count(), 3, "{ended}");
    assert_eq!(["idle0", "idle1", "idle2"].map(|name| state(&project, name)), ["RUNNING", "RUNNING", "STOPPED"]);
    assert_eq!(deploy(&project).0, [""; 0]);

    // A new setting of supervisord has it start over, with all programs.
    let before = control(&project, &["pid", "idle0"]);
    project.write("environments/dev/environment.cfg", &environment("", "pidfile = other.pid\n"));
    let (updated, ended) = deploy(&project);
    assert!(updated.iter().any(|part| part.contains("RunningSupervisor")), "{ended}");
    assert_ne!(before, control(&project, &["pid", "idle0"]));
    assert_eq!(deploy(&project).0, [""; 0]);

    // One that crashes fails the deployment each time, and is named.
    let crash = r#"self += Program("crash", command="/bin/false", options={"startsecs": 1, "startretries": 0})"#;
    change(&project, "# more", crash);
    for _ in 0..2 {
        let failed = run(&project);
        failed.assert_told(1);
        failed.assert_tells("crash: ERROR (spawn error)");
        failed.assert_tells("Component: Demo > Program('crash')");
    }
    change(&project, crash, "");

    // A disabled supervisor ends, and all programs with it.
    project.write("environments/dev/environment.cfg", &environment("", "pidfile = other.pid\nenable = False\n"));
    deploy(&project);
    let pid_file = project.path("work/supervisor/other.pid");
    wait_for("the end of supervisord", || (!pid_file.exists()).then_some(()));
    assert_eq!(deploy(&project).0, [""; 0]);
    drop(server);
}
