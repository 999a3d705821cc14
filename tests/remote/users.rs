//! Deployments as another user than the one who logs in.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Command;

use crate::sshd::Machines;

/// A user of this machine for the time of a test.
struct User(&'static str);

impl User {
    fn add(name: &'static str, home: &std::path::Path) -> Self {
        let _ = Command::new("userdel").args(["--force", name]).output();
        let added = Command::new("useradd")
            .args(["--system", "--create-home", "--shell", "/bin/sh", "--home-dir"])
            .arg(home)
            .arg(name)
            .output()
            .expect("useradd runs");
        assert!(added.status.success(), "needs root: {}", String::from_utf8_lossy(&added.stderr));
        Self(name)
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = Command::new("userdel").args(["--force", self.0]).output();
    }
}

#[test]
fn a_service_user_owns_what_is_deployed() {
    let machines = Machines::new(1);
    let place = tempfile::Builder::new().prefix("users-").tempdir_in("/var/tmp").expect("a directory");
    let opened = Command::new("chmod").arg("755").arg(place.path()).status();
    assert!(opened.expect("chmod runs").success());
    let home = place.path().join("service");
    let user = User::add("batou-test-service", &home);
    machines.environment("service_user = batou-test-service", "host1 = demo");
    machines.component("demo", "");
    machines.deploy(&[]);
    let file = fs::metadata(home.join("deployment/work/demo/demo")).expect("it is deployed");
    let owner = Command::new("id").args(["-u", user.0]).output().expect("id runs");
    assert_eq!(file.uid().to_string(), String::from_utf8_lossy(&owner.stdout).trim());
    machines.deploy(&[]).assert_tells("nothing to do");
}

#[test]
fn sudo_is_used_or_not_as_the_environment_says() {
    let machines = Machines::new(1);
    let name = "batou-test-same";
    let (_user, home) = log_in_as(&machines, name);
    machines.component("demo", "import os\nself += File('sudo', content=os.environ.get('SUDO_USER', 'nobody'))");
    // Who is asked for is not who logs in, and still nobody else is to deploy.
    machines.environment("service_user = batou-test-nobody\nrequire_sudo = False", "host1 = demo");
    machines.deploy(&[]);
    assert_eq!(machines.deployed(1, "work/demo/sudo"), "nobody");
    // Who is asked for is who logs in, and sudo is to be used all the same. It leaves its own mark.
    machines.environment(&format!("service_user = {name}\nrequire_sudo = True"), "host1 = demo");
    let _rule = Rule::add(name, name);
    machines.deploy(&[]);
    assert_eq!(fs::read_to_string(home.join("deployment/work/demo/sudo")).expect("a file"), name);
}

#[test]
fn who_logs_in_becomes_the_service_user_by_sudo_without_a_password_only() {
    let machines = Machines::new(1);
    let (login, service) = ("batou-test-login", "batou-test-other");
    let _login = log_in_as(&machines, login);
    let home = machines.project.place().join("service");
    let _service = User::add(service, &home);
    machines.environment(&format!("service_user = {service}"), "host1 = demo");
    machines.component("demo", "");
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("ERROR: host1: sudo does not let the login user become the service user");
    ended.assert_tells("sudo: a password is required");
    ended.assert_tells("NOPASSWD");
    let _rule = Rule::add(login, service);
    machines.deploy(&[]);
    let file = fs::read_to_string(home.join("deployment/work/demo/demo")).expect("it is deployed");
    assert_eq!(file, "demo on host1\n");
}

/// Has ssh log in as a new user; gives also the home directory, which sudo goes to.
fn log_in_as(machines: &Machines, name: &'static str) -> (User, PathBuf) {
    let place = machines.project.place();
    let opened = Command::new("chmod").arg("755").arg(place).status();
    assert!(opened.expect("chmod runs").success());
    // The server has its own idea of where the home directory and the cache are.
    fs::create_dir_all(place.join("cache")).expect("a directory");
    let opened = Command::new("chmod").arg("777").arg(place.join("cache")).arg(place.join("homes/host1")).status();
    assert!(opened.expect("chmod runs").success());
    let home = place.join(name);
    let user = User::add(name, &home);
    // A server without PAM lets nobody in whose account is locked, as new ones are.
    let unlocked = Command::new("usermod").args(["--password", "*", name]).status();
    assert!(unlocked.expect("usermod runs").success());
    let config = machines.project.read("ssh_config");
    machines.project.write("ssh_config", &format!("User {name}\n{config}"));
    (user, home)
}

/// What sudo allows for the time of a test.
struct Rule(PathBuf);

impl Rule {
    /// The first user may become the second one.
    fn add(login: &str, service: &str) -> Self {
        let path = PathBuf::from(format!("/etc/sudoers.d/{login}"));
        fs::write(&path, format!("{login} ALL=({service}) NOPASSWD: ALL\n")).expect("a file");
        Self(path)
    }
}

impl Drop for Rule {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_service_user_who_is_not_there_is_told() {
    let machines = Machines::new(1);
    machines.environment("service_user = batou-test-nobody", "host1 = demo");
    machines.component("demo", "");
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("sudo");
    ended.assert_tells("batou-test-nobody");
}
