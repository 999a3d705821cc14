//! The same definitions deployed over ssh by the original and by ours: the same result on the hosts.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sshd::{Machines, make_program};
use crate::support::{Ended, finish, installed};

const DATABASE: &str = "from batou.component import Attribute, Component\nfrom batou.lib.file import File, Directory, Mode\n\n\n\
class Database(Component):\n    password = Attribute(str)\n    port = Attribute(int, 5432)\n\n    def configure(self):\n        \
self.address = f'{self.host.fqdn}:{self.port}'\n        self.provide('database', self)\n        self += Directory('data')\n        \
self += Mode('data', mode=0o700)\n        self += File('database.conf', source='database.conf', mode=0o640)\n        self += File('secret', content=self.password, \
mode=0o600, sensitive_data=True)\n";

const WEB: &str = "import time\nfrom batou.component import Component\nfrom batou.lib.file import File, Symlink, Directory, Purge\n\n\n\
class Web(Component):\n    features = ['one', 'two']\n\n    def configure(self):\n        self.database = self.require_one('database')\n        \
self += File('conf/site.conf', content='db = {{component.database.address}}\\nhost = {{host.name}}\\ndata = {{host.data.size}}\\n', \
leading=True)\n        for feature in self.features:\n            self += File(feature, content=feature, mode='rwxr-x---')\n        \
self += Symlink('current', source='conf')\n        self += Directory('static', source='static')\n        self += Made()\n\n\n\
class Made(Component):\n\n    def verify(self):\n        import os\n        from batou import \
UpdateNeeded\n        if not os.path.exists('made'):\n            raise UpdateNeeded()\n\n    def update(self):\n        self.cmd('echo \
made > made; FAIL')\n";

/// Two hosts, with what the original needs on them: here it finds an environment that is ready.
fn machines(method: &str) -> Machines {
    let machines = Machines::new(2);
    let project = &machines.project;
    machines.environment(&format!("update_method = {method}\nbranch = main"), "");
    let hosts = "[host:host1]\ncomponents = database\n[host:host2]\ncomponents = web:two, web:one\ndata-size = 17\n";
    let path = "environments/production/environment.cfg";
    project.write(path, &format!("{}\n{hosts}[component:database]\nport = 5433\n", project.read(path)));
    project.write("components/database/component.py", DATABASE);
    project.write("components/database/database.conf", "[{{host.name}}]\nport = {{component.port}}\n\n");
    project.write("components/web/component.py", &WEB.replace("; FAIL", ""));
    project.write("components/web/static/a/b.txt", "static {{not a template}}\n");
    project.write(".batou.json", "{\"migration\": {\"version\": 2400}}\n");
    project.write(".gitignore", ".batou-lock\nwork\nssh_config\n__pycache__\n");
    let programs = installed("bin");
    let programs = programs.display();
    let here = "APPENV_BASEDIR=$(cd \"$(dirname \"$0\")\" && pwd); export APPENV_BASEDIR";
    for (name, text) in [
        ("batou", format!("#!/bin/sh\n{here}\nexec {programs}/batou \"$@\"\n")),
        ("appenv", format!("#!/bin/sh\n{here}\nshift\nexec {programs}/python \"$@\"\n")),
    ] {
        make_program(&project.path(name), &text);
    }
    machines
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Original,
    Ours,
}

fn deploy(machines: &Machines, program: Program, key: &Path) -> Ended {
    let mut command = match program {
        Program::Original => machines.project.command(installed("bin/batou")),
        Program::Ours => machines.project.command(crate::support::BATOU),
    };
    command.args(["deploy", "production"]).env("APPENV_BASEDIR", machines.project.path(""));
    finish(command.env("BATOU_AGE_IDENTITIES", key))
}

/// Everything that was deployed to a host: kind, mode and content by path.
fn deployed(directory: &Path, top: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        // The original keeps what it has shown.
        if path.ends_with(".batou-diffs") {
            continue;
        }
        let metadata = fs::symlink_metadata(&path).expect("metadata");
        let content = if metadata.is_dir() {
            deployed(&path, top, found);
            "directory".to_owned()
        } else if metadata.is_symlink() {
            format!("link to {}", fs::read_link(&path).expect("a link").display())
        } else {
            fs::read_to_string(&path).expect("a text")
        };
        let mode = metadata.mode();
        found.insert(path.strip_prefix(top).expect("below").to_owned(), format!("{mode:o} {content}"));
    }
}

/// What both hosts hold; it is put away, so that the next program finds none of it.
fn taken(machines: &Machines, number: usize) -> [BTreeMap<PathBuf, String>; 2] {
    [1, 2].map(|host| {
        let place = machines.home(host, "deployment");
        let mut found = BTreeMap::new();
        deployed(&place.join("work"), &place, &mut found);
        if place.exists() {
            fs::rename(&place, machines.home(host, &format!("put-away-{number}"))).expect("renamed");
        }
        found
    })
}

/// Deploys by both. The exit codes are equal, and so is what is there then.
fn assert_same(machines: &Machines, key: &Path, code: i32) -> [BTreeMap<PathBuf, String>; 2] {
    let [(original, first), (ours, second)] = [(0, Program::Original), (1, Program::Ours)].map(|(number, program)| {
        let ended = deploy(machines, program, key);
        assert_eq!(ended.code, Some(code), "{program:?}\n{ended}");
        (taken(machines, number), ended)
    });
    assert_eq!(ours, original, "{first}\n{second}");
    ours
}

const SECRETS: &str = "[database]\npassword = Geheim0815xyz\n";

#[test]
fn files_and_what_becomes_of_them() {
    let machines = machines("rsync");
    let key = machines.secrets(SECRETS);
    let [first, second] = assert_same(&machines, &key, 0);
    assert_eq!(first[Path::new("work/database/secret")], "100600 Geheim0815xyz");
    assert!(second[Path::new("work/web/conf/site.conf")].contains("db = host1:5433"), "{second:?}");
    assert!(second.contains_key(Path::new("work/web/static/a/b.txt")), "{second:?}");
}

#[test]
fn commits() {
    let machines = machines("git-bundle");
    let key = machines.secrets(SECRETS);
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]).args(words);
        let done = command.current_dir(machines.project.path("")).output().expect("git runs");
        assert!(done.status.success(), "{words:?} {}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "first"]);
    let origin = machines.project.place().join("origin");
    git(&["clone", "-q", "--bare", ".", &origin.to_string_lossy()]);
    git(&["remote", "add", "origin", &origin.to_string_lossy()]);
    git(&["fetch", "-q"]);
    git(&["branch", "-q", "--set-upstream-to=origin/main"]);
    assert_same(&machines, &key, 0);
}

#[test]
fn a_component_that_fails() {
    let machines = machines("rsync");
    let key = machines.secrets(SECRETS);
    machines.project.write("components/web/component.py", &WEB.replace("FAIL", "exit 3"));
    let [first, second] = assert_same(&machines, &key, 1);
    assert!(first.contains_key(Path::new("work/database/secret")), "{first:?}");
    assert!(second.contains_key(Path::new("work/web/made")), "{second:?}");
}

#[test]
fn a_model_that_cannot_be_configured() {
    let machines = machines("rsync");
    let key = machines.secrets(SECRETS);
    machines
        .project
        .write("components/database/component.py", &DATABASE.replace("self.provide('database'", "self.provide('data'"));
    let [first, second] = assert_same(&machines, &key, 1);
    assert!(first.is_empty() && second.is_empty(), "{first:?} {second:?}");
}
