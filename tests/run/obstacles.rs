//! Full disks, read-only directories, missing owners: the old file stays, the error says why.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{Disk, LOCAL, Project, copy, finish, need_root};

fn component(path: &str, options: &str) -> String {
    format!(
        "from batou.component import Component\nfrom batou.lib.file import File\n\n\nclass Demo(Component):\n\n    \
         def configure(self):\n        self += File({path:?}, {options})\n"
    )
}

#[test]
fn on_a_full_disk_the_old_file_stays() {
    let project = Project::new(&component("file", "content='x' * 500_000, is_template=False"));
    fs::create_dir_all(project.path("work/demo")).expect("a directory");
    let _disk = Disk::mount(&project.path("work/demo"), "size=64k");
    project.write("work/demo/file", "old\n");
    let ended = project.run(&["dev"]);
    ended.assert_told(1);
    ended.assert_tells("No space left on device");
    ended.assert_tells("work/demo/file");
    assert_eq!(project.read("work/demo/file"), "old\n");
    assert_eq!(fs::read_dir(project.path("work/demo")).expect("listed").count(), 1, "a temporary file is left");
}

#[test]
fn on_a_read_only_disk_the_old_file_stays() {
    let project = Project::new(&component("file", "content='new\\n'"));
    fs::create_dir_all(project.path("work/demo")).expect("a directory");
    let disk = Disk::mount(&project.path("work/demo"), "size=64k");
    project.write("work/demo/file", "old\n");
    disk.make_read_only();
    let ended = project.run(&["dev"]);
    ended.assert_told(1);
    ended.assert_tells("Read-only file system");
    ended.assert_tells("work/demo/file");
    assert_eq!(project.read("work/demo/file"), "old\n");
}

#[test]
fn a_project_on_a_read_only_disk_is_refused_clearly() {
    let project = Project::new(&component("file", "content='new\\n'"));
    let point = project.place().join("disk");
    fs::create_dir(&point).expect("a directory");
    let disk = Disk::mount(&point, "size=1m");
    copy(&project.path(""), &point.join("project"));
    disk.make_read_only();
    let ended = finish(project.command(LOCAL).current_dir(point.join("project")).arg("dev"));
    ended.assert_told(1);
    ended.assert_tells("Read-only file system");
    ended.assert_tells("hint: ");
    for words in [&["-P", "dev"][..], &["-c", "dev"]] {
        let looking = finish(project.command(LOCAL).current_dir(point.join("project")).args(words));
        assert_eq!(looking.code, Some(0), "looking needs no writing\n{looking}");
    }
}

/// Runs `batou-local dev` as a user without privileges who owns the project.
fn run_as_ordinary_user(project: &Project) -> crate::support::Ended {
    const USER: &str = "65432";
    need_root("another user");
    let owned = Command::new("chown").args(["-R", &format!("{USER}:{USER}")]).arg(project.place()).status();
    assert!(owned.expect("chown runs").success());
    // The built program may lie where that user must not look.
    let program = project.place().join("batou-local");
    if !program.exists() {
        fs::copy(LOCAL, &program).expect("the program can be copied");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("the mode can be set");
    }
    let mut command = project.command("setpriv");
    finish(command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]).arg(program).arg("dev"))
}

#[test]
fn in_a_read_only_directory_the_old_file_stays() {
    let project = Project::new(&component("file", "content='new\\n'"));
    project.write("work/demo/file", "old\n");
    fs::set_permissions(project.path("work/demo"), fs::Permissions::from_mode(0o555)).expect("the mode can be set");
    let ended = run_as_ordinary_user(&project);
    ended.assert_told(1);
    ended.assert_tells("Permission denied");
    ended.assert_tells("work/demo/file");
    assert_eq!(project.read("work/demo/file"), "old\n");
}

#[test]
fn an_unreadable_component_file_is_named() {
    let project = Project::new(&component("file", "content='new\\n'"));
    let file = project.path("components/demo/component.py");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("the mode can be set");
    let ended = run_as_ordinary_user(&project);
    ended.assert_told(1);
    ended.assert_tells("components/demo/component.py");
    ended.assert_tells("Permission denied");
}

#[test]
fn an_unreadable_environment_file_is_named() {
    let project = Project::new(&component("file", "content='new\\n'"));
    let file = project.path("environments/dev/environment.cfg");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("the mode can be set");
    let ended = run_as_ordinary_user(&project);
    ended.assert_told(1);
    ended.assert_tells("environments/dev/environment.cfg");
    ended.assert_tells("Permission denied");
}

#[test]
fn a_missing_owner_leaves_the_content_as_deployed_and_is_named() {
    let project = Project::new(&component("file", "content='new\\n', owner='nobody-of-that-name'"));
    project.write("work/demo/file", "new\n");
    let ended = project.run(&["dev"]);
    ended.assert_told(1);
    ended.assert_tells("unknown user `nobody-of-that-name`");
    ended.assert_tells("work/demo/file");
    assert_eq!(project.read("work/demo/file"), "new\n");
}
