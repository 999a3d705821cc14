//! The programs that are measured, and how each of them is told the same work.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binary;

/// How many files each host gets.
pub const FILES: usize = 10;

/// How many hosts the others work on at a time, as far as the server lets so many in who did not log in yet.
const PARALLEL: usize = 10;

/// The file that is there while hosts are to have nothing of a program yet.
pub const FRESH: &str = "fresh";

/// A program to measure.
pub struct Competitor {
    kind: Kind,
    path: PathBuf,
    /// The packages of the original, for environments of Python that are made without an index.
    wheels: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ours,
    Original,
    Pyinfra,
    Ansible,
}

impl Competitor {
    /// All of them, ours first.
    pub fn all(root: &Path) -> Result<Vec<Self>, String> {
        let other = |name: &str| {
            let path = root.join("benches/.venv/bin").join(name);
            if path.is_file() {
                Ok(path)
            } else {
                Err(format!("{name} is missing at {}: task `make bench` installs it", path.display()))
            }
        };
        let wheels = root.join("benches/.venv/wheels");
        if !wheels.is_dir() {
            return Err(format!(
                "the packages of batou 2 are missing at {}: task `make bench` gets them",
                wheels.display()
            ));
        }
        let all = [
            (Kind::Ours, binary::ours(env!("CARGO_BIN_EXE_batou-remote"))?),
            (Kind::Original, binary::original(root)?),
            (Kind::Pyinfra, other("pyinfra")?),
            (Kind::Ansible, other("ansible-playbook")?),
        ];
        Ok(all.map(|(kind, path)| Self { kind, path, wheels: wheels.clone() }).into())
    }

    /// Whether it keeps a program of its own on hosts, which has to get there once.
    pub fn brings_itself(&self) -> bool {
        matches!(self.kind, Kind::Ours | Kind::Original)
    }

    /// Its name in tables.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Ours => "ours",
            Kind::Original => "batou 2",
            Kind::Pyinfra => "pyinfra",
            Kind::Ansible => "Ansible",
        }
    }

    /// The program.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where its files are in the home directory of a host.
    pub fn target(&self) -> &'static str {
        match self.kind {
            Kind::Ours => "ours/work/demo/conf",
            Kind::Original => "original/work/demo/conf",
            Kind::Pyinfra => "pyinfra/conf",
            Kind::Ansible => "ansible/conf",
        }
    }

    /// The directory that holds everything of it in the home directory of a host.
    pub fn top(&self) -> &'static str {
        self.target().split('/').next().unwrap_or_default()
    }

    /// Writes what it is to do for so many hosts; `homes` holds their home directories, `port` is that of the server.
    pub fn write(&self, directory: &Path, homes: &Path, count: usize, port: u16) -> Result<(), String> {
        let home = homes.display();
        let write = |name: &str, text: &str| {
            let path = directory.join(name);
            let parent = path.parent().unwrap_or(directory);
            fs::create_dir_all(parent).and_then(|()| fs::write(&path, text)).map_err(|error| format!("{name}: {error}"))
        };
        let place = directory.parent().unwrap_or(directory).display();
        match self.kind {
            Kind::Ours | Kind::Original => {
                let hosts: String = (1..=count).map(|number| format!("host{number} = demo\n")).collect();
                let top = self.top();
                write(
                    "environments/bench/environment.cfg",
                    &format!("[environment]\ntarget_directory = ~/{top}\n\n[hosts]\n{hosts}"),
                )?;
                write(
                    "components/demo/component.py",
                    &format!(
                        "from batou.component import Component\nfrom batou.lib.file import Directory, File\n\n\nclass Demo(Component):\n    \
                         def configure(self):\n        self += Directory('conf')\n        for number in range({FILES}):\n            \
                         self += File(f'conf/file{{number}}', content=f'hello {{{{{{{{host.name}}}}}}}} {{number}}\\n', mode=0o640)\n"
                    ),
                )?;
                write(".batou.json", "{\"migration\": {\"version\": 2400}}\n")?;
                fs::copy(format!("{place}/ssh_config"), directory.join("ssh_config"))
                    .map_err(|error| error.to_string())?;
                if self.kind == Kind::Original {
                    // In the place of appenv: an environment of Python that is ready, or a new one if hosts are to be fresh.
                    let programs = self.path.parent().unwrap_or(&self.path).display();
                    let make = format!(
                        "python3 -m venv .appenv && .appenv/bin/pip install -q --no-index --find-links {} batou >&2",
                        self.wheels.display()
                    );
                    let choose = format!(
                        "APPENV_BASEDIR=$(cd \"$(dirname \"$0\")\" && pwd); export APPENV_BASEDIR\nprograms={programs}\nif [ -e \
                         {place}/{FRESH} ]; then\n  programs=$APPENV_BASEDIR/.appenv/bin\n  [ -d \"$programs\" ] || (cd \
                         \"$APPENV_BASEDIR\" && {make}) || exit 1\nfi"
                    );
                    let run = "exec \"$programs\"";
                    for (name, program) in
                        [("batou", format!("{run}/batou")), ("appenv", format!("shift\n{run}/python"))]
                    {
                        write(name, &format!("#!/bin/sh\n{choose}\n{program} \"$@\"\n"))?;
                        let mode = fs::Permissions::from_mode(0o755);
                        fs::set_permissions(directory.join(name), mode).map_err(|error| error.to_string())?;
                    }
                }
                Ok(())
            }
            Kind::Pyinfra => {
                let hosts: String = (1..=count)
                    .map(|number| {
                        format!(
                            "    ('host{number}', {{'ssh_hostname': '127.0.1.{number}', 'ssh_port': {port}, 'ssh_key': '{place}/key', \
                             'ssh_known_hosts_file': '{place}/known_hosts'}}),\n"
                        )
                    })
                    .collect();
                write("inventory.py", &format!("hosts = [\n{hosts}]\n"))?;
                write(
                    "deploy.py",
                    &format!(
                        "import io\nfrom pyinfra import host\nfrom pyinfra.operations import files\n\n\
                         directory = f'{home}/{{host.name}}/{0}'\nfiles.directory(path=directory)\nfor number in range({FILES}):\n    \
                         files.put(src=io.StringIO(f'hello {{host.name}} {{number}}\\n'), dest=f'{{directory}}/file{{number}}', mode='640')\n",
                        self.target()
                    ),
                )
            }
            Kind::Ansible => {
                let hosts: String = (1..=count).map(|number| format!("host{number}\n")).collect();
                let python = self.path.with_file_name("python");
                write("inventory", &format!("{hosts}\n[all:vars]\nansible_python_interpreter={}\n", python.display()))?;
                write(
                    "ansible.cfg",
                    &format!(
                        "[defaults]\ninventory = inventory\nforks = {}\ngathering = explicit\n[ssh_connection]\npipelining = \
                         True\nssh_args = -F {place}/ssh_config -o ControlMaster=auto -o ControlPersist=60s\n\
                         control_path_dir = {place}/control\n",
                        count.min(PARALLEL)
                    ),
                )?;
                write("file.j2", "hello {{ inventory_hostname }} {{ item }}\n")?;
                write(
                    "playbook.yml",
                    &format!(
                        "- hosts: all\n  tasks:\n  - file: {{path: '{home}/{{{{ inventory_hostname }}}}/{0}', state: directory}}\n  \
                         - template: {{src: file.j2, dest: '{home}/{{{{ inventory_hostname }}}}/{0}/file{{{{ item }}}}', mode: '0640'}}\n    \
                         loop: '{{{{ range({FILES}) | list }}}}'\n",
                        self.target()
                    ),
                )
            }
        }
    }

    /// A run in the directory that was written.
    pub fn command(&self, directory: &Path, count: usize) -> Command {
        let mut command = Command::new(&self.path);
        let parallel = count.min(PARALLEL).to_string();
        match self.kind {
            Kind::Ours => command.arg("bench"),
            Kind::Original => command.args(["deploy", "--jobs", &parallel, "bench"]).env("APPENV_BASEDIR", directory),
            Kind::Pyinfra => command.args(["-y", "--parallel", &parallel, "inventory.py", "deploy.py"]),
            Kind::Ansible => command.arg("playbook.yml"),
        };
        command.current_dir(directory);
        command
    }
}
