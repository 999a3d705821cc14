//! What is deployed, in which order, and what is told about it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use crate::sshd::Machines;

fn web_and_database() -> Machines {
    let machines = Machines::new(2);
    machines.environment("", "host1 = web\nhost2 = database");
    machines.component("database", "self.provide('database', self.host.name)");
    machines.component("web", "self.database = self.require_one('database')");
    machines
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    let machines = web_and_database();
    let first = machines.deploy(&[]);
    assert_eq!(machines.deployed(1, "work/web/web"), "web on host1\n");
    assert_eq!(machines.deployed(2, "work/database/database"), "database on host2\n");
    let database = first.output.find("Scheduling component database").expect("it is told");
    assert!(database < first.output.find("Scheduling component web").expect("it is told"), "{first}");
    first.assert_tells("2 of 2 components changed");
    let second = machines.deploy(&[]);
    second.assert_tells("nothing to do: 2 components are up to date");
    assert!(!second.output.contains("Scheduling"), "{second}");
}

#[test]
fn ten_hosts_are_deployed_at_once() {
    let machines = Machines::new(10);
    let hosts: Vec<String> = (1..=10).map(|number| format!("host{number} = demo")).collect();
    machines.environment("", &hosts.join("\n"));
    machines.component("demo", "");
    machines.deploy(&[]).assert_tells("10 of 10 components changed");
    for number in 1..=10 {
        assert_eq!(machines.deployed(number, "work/demo/demo"), format!("demo on host{number}\n"));
    }
    machines.deploy(&["--jobs", "1"]).assert_tells("10 components are up to date");
}

#[test]
fn named_hosts_limit_a_run() {
    let machines = Machines::new(2);
    machines.environment("", "host1 = demo\nhost2 = demo");
    machines.component("demo", "");
    machines.deploy(&["host2"]).assert_tells("limited to 1 of 2 hosts: host2");
    assert!(!machines.home(1, "deployment").exists());
    assert_eq!(machines.deployed(2, "work/demo/demo"), "demo on host2\n");
    let unknown = machines.run(&["host3"]);
    assert_eq!(unknown.code, Some(2), "{unknown}");
    unknown.assert_tells("unknown host `host3`");
}

#[test]
fn batou_deploy_reaches_hosts_too() {
    let machines = web_and_database();
    let mut command = machines.project.command(crate::support::BATOU);
    let ended = crate::support::finish(command.args(["deploy", "production", "--host", "host1", "--host", "host2"]));
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("2 of 2 components changed");
}

#[test]
fn a_prediction_changes_nothing_that_is_deployed() {
    let machines = web_and_database();
    machines.deploy(&["--predict-only"]).assert_tells("2 of 2 components would change");
    assert!(!machines.home(1, "deployment/work/web/web").exists());
    machines.deploy(&["--consistency-only"]).assert_tells("CONSISTENCY CHECK FINISHED");
    assert!(!machines.home(1, "deployment/work/web/web").exists());
}

#[test]
fn ignored_hosts_and_components_are_left_alone() {
    let machines = Machines::new(2);
    machines.environment("", "!host1 = demo\nhost2 = demo, !other");
    machines.component("demo", "");
    machines.component("other", "");
    let ended = machines.deploy(&[]);
    ended.assert_tells("Connection ignored");
    ended.assert_tells("Skipping component other");
    assert!(!machines.home(1, "deployment").exists());
    assert!(machines.home(2, "deployment/work/demo/demo").exists());
    assert!(!machines.home(2, "deployment/work/other/other").exists());
}

#[test]
fn what_vanished_here_vanishes_there_and_what_was_deployed_stays() {
    for method in ["rsync", "rsync-ext"] {
        let machines = web_and_database();
        machines.environment(&format!("update_method = {method}"), "host1 = web\nhost2 = database");
        machines.component("old", "");
        machines.project.write("tool", "#!/bin/sh\n");
        fs::set_permissions(machines.project.path("tool"), fs::Permissions::from_mode(0o750)).expect("a mode");
        std::os::unix::fs::symlink("components/web", machines.project.path("link")).expect("a link");
        machines.deploy(&[]);
        assert!(machines.home(1, "deployment/components/old/component.py").exists(), "{method}");
        let link = fs::read_link(machines.home(1, "deployment/link")).expect("a link");
        assert_eq!(link.to_str(), Some("components/web"), "{method}");
        let tool = fs::metadata(machines.home(1, "deployment/tool")).expect("a file");
        let here = fs::metadata(machines.project.path("tool")).expect("a file");
        assert_eq!((tool.mode(), tool.mtime()), (here.mode(), here.mtime()), "{method}");
        fs::remove_dir_all(machines.project.path("components/old")).expect("removed");
        fs::remove_file(machines.project.path("link")).expect("removed");
        machines.deploy(&[]);
        assert!(!machines.home(1, "deployment/components/old").exists(), "{method}");
        assert!(fs::symlink_metadata(machines.home(1, "deployment/link")).is_err(), "{method}");
        assert_eq!(machines.deployed(1, "work/web/web"), "web on host1\n", "{method}");
    }
}

#[test]
fn events_of_hosts_are_json_lines_too() {
    let machines = web_and_database();
    let ended = machines.deploy(&["--json"]);
    let events: Vec<serde_json::Value> =
        ended.output.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    let finished = events.iter().filter(|event| event["event"] == "component-finished");
    let mut hosts: Vec<&str> = finished.map(|event| event["host"].as_str().expect("a host")).collect();
    hosts.sort_unstable();
    assert_eq!(hosts, ["host1", "host2"]);
    assert_eq!(events.last().expect("an event")["exit_code"], 0);
}

#[test]
fn what_definitions_print_is_seen() {
    let machines = Machines::new(1);
    machines.environment("", "host1 = demo");
    machines.component("demo", "import os\nprint('printed in Python')\nos.system('echo printed by a program')");
    let ended = machines.deploy(&[]);
    ended.assert_tells("printed in Python");
    ended.assert_tells("printed by a program");
}

#[test]
fn the_program_is_sent_once() {
    let machines = web_and_database();
    machines.deploy(&["--debug"]).assert_tells("sending the program");
    let again = machines.deploy(&["--debug"]);
    assert!(!again.output.contains("sending the program"), "{again}");
    let programs = fs::read_dir(machines.project.place().join("cache/batou")).expect("a directory").count();
    assert_eq!(programs, 1);
}

#[test]
fn a_reset_removes_what_can_be_brought_again() {
    let machines = web_and_database();
    machines.deploy(&[]);
    let cache = machines.project.place().join("cache/batou");
    for name in ["agent-of-another-version", "packages/sent/some/module.py", "ssh/socket"] {
        let path = cache.join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, "").expect("a file");
    }
    machines.deploy(&["--reset"]).assert_tells("nothing to do: 2 components are up to date");
    let left: Vec<_> =
        fs::read_dir(&cache).expect("a directory").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), 2, "the program, and what is not of hosts: {left:?}");
    assert_eq!(machines.deployed(1, "work/web/web"), "web on host1\n");
}
