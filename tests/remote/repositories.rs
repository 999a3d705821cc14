//! How the repository gets to a host.

use std::path::Path;
use std::process::Command;

use crate::sshd::Machines;

fn run(directory: &Path, program: &str, words: &[&str]) -> String {
    let output = Command::new(program)
        .args(words)
        .current_dir(directory)
        .envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@b"), ("GIT_COMMITTER_NAME", "a")])
        .envs([("GIT_COMMITTER_EMAIL", "a@b"), ("HGUSER", "a"), ("GIT_CONFIG_GLOBAL", "/dev/null")])
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn machines(method: &str) -> Machines {
    let machines = Machines::new(1);
    machines.environment(&format!("update_method = {method}"), "host1 = demo");
    machines.component("demo", "");
    machines.project.write(".gitignore", ".batou-lock\nwork\n");
    machines.project.write(".hgignore", "syntax: glob\n.batou-lock\nwork\n");
    machines
}

fn with_git(method: &str) -> Machines {
    let machines = machines(method);
    let project = machines.project.path("");
    run(&project, "git", &["init", "-q", "-b", "main"]);
    run(&project, "git", &["add", "-A"]);
    run(&project, "git", &["commit", "-qm", "first"]);
    let origin = machines.project.place().join("origin.git");
    run(&project, "git", &["clone", "-q", "--bare", ".", &origin.to_string_lossy()]);
    run(&project, "git", &["remote", "add", "origin", &origin.to_string_lossy()]);
    run(&project, "git", &["push", "-q", "--set-upstream", "origin", "main"]);
    machines
}

#[test]
fn commits_of_git_arrive_and_go_back() {
    for method in ["git-bundle", "git-pull"] {
        let machines = with_git(method);
        let project = machines.project.path("");
        machines.deploy(&[]);
        assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n", "{method}");
        machines.component("demo", "self += File('second', content='2')");
        let refused = machines.run(&[]);
        assert_eq!(refused.code, Some(1), "{refused}");
        refused.assert_tells("uncommitted changes");
        refused.assert_tells("components/demo/component.py");
        run(&project, "git", &["commit", "-qam", "second"]);
        let refused = machines.run(&[]);
        assert_eq!(refused.code, Some(1), "{refused}");
        refused.assert_tells("does not have");
        run(&project, "git", &["push", "-q"]);
        machines.deploy(&[]);
        assert_eq!(machines.deployed(1, "work/demo/second"), "2", "{method}");
        run(&project, "git", &["reset", "-q", "--hard", "HEAD~"]);
        run(&project, "git", &["push", "-qf"]);
        machines.deploy(&[]);
        let there = run(&machines.home(1, "deployment"), "git", &["rev-parse", "HEAD"]);
        assert_eq!(there, run(&project, "git", &["rev-parse", "HEAD"]), "{method}");
    }
}

#[test]
fn unpushed_commits_are_deployed_if_that_is_wanted() {
    let machines = with_git("git-bundle");
    machines.component("demo", "self += File('second', content='2')");
    run(&machines.project.path(""), "git", &["commit", "-qam", "second"]);
    machines.deploy(&["--dirty"]).assert_tells("--dirty");
    assert_eq!(machines.deployed(1, "work/demo/second"), "2");
}

#[test]
fn commits_of_mercurial_arrive() {
    for method in ["hg-bundle", "hg-pull"] {
        let machines = machines(method);
        let project = machines.project.path("");
        run(&project, "hg", &["init"]);
        run(&project, "hg", &["add", "-q"]);
        run(&project, "hg", &["commit", "-qm", "first"]);
        let origin = machines.project.place().join("origin");
        run(&project, "hg", &["clone", "-q", ".", &origin.to_string_lossy()]);
        machines.project.write(".hg/hgrc", &format!("[paths]\ndefault = {}\n", origin.display()));
        machines.deploy(&[]);
        assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n", "{method}");
        machines.component("demo", "self += File('second', content='2')");
        let refused = machines.run(&[]);
        assert_eq!(refused.code, Some(1), "{refused}");
        run(&project, "hg", &["commit", "-qm", "second"]);
        run(&project, "hg", &["push", "-q"]);
        machines.deploy(&[]);
        assert_eq!(machines.deployed(1, "work/demo/second"), "2", "{method}");
    }
}

#[test]
fn a_project_may_be_part_of_a_repository() {
    let machines = Machines::new(1);
    machines.environment("repository_root = ..", "host1 = demo");
    machines.component("demo", "");
    // Beside the project lie the keys of the test; only what is named so goes along.
    let place = machines.project.place().join("whole");
    std::fs::create_dir(&place).expect("a directory");
    std::fs::write(place.join("beside.txt"), "beside").expect("a file");
    let moved = place.join("part");
    std::fs::rename(machines.project.path(""), &moved).expect("moved");
    let mut command = machines.command(&[]);
    let ended = crate::support::finish(command.current_dir(&moved));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(machines.deployed(1, "part/work/demo/demo"), "demo on host1\n");
    assert_eq!(machines.deployed(1, "beside.txt"), "beside");
}
