//! A server with many hosts.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Ended, Project, Running, finish, wait_for};

/// The program that deploys to other machines.
pub const REMOTE: &str = env!("CARGO_BIN_EXE_batou-remote");

/// Ports of different servers never meet.
static NEXT_PORT: AtomicUsize = AtomicUsize::new(0);

/// A server, its hosts `host1`, `host2`, … and a project that is deployed to them.
pub struct Machines {
    pub project: Project,
    server: Child,
    ports: Vec<u16>,
}

impl Machines {
    /// So many hosts; the program is sent once for all of them.
    pub fn new(count: usize) -> Self {
        Self::with_config(count, "")
    }

    /// The same with more configuration for the server. `{host1}` and so on stand for the conditions of hosts.
    pub fn with_config(count: usize, more: &str) -> Self {
        let project = Project::new("");
        fs::remove_dir_all(project.path("environments")).expect("removed");
        fs::remove_dir_all(project.path("components")).expect("removed");
        let place = project.place().to_owned();
        // sshd wants nobody else to be able to change what it trusts.
        for name in ["host_key", "key", "stranger"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
                .arg(place.join(name))
                .status();
            assert!(made.expect("ssh-keygen runs").success());
        }
        let ports = free_ports(count);
        let mut config = format!(
            "HostKey {0}/host_key\nAuthorizedKeysFile {0}/key.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n\
             PidFile none\nListenAddress 127.0.0.1\n",
            place.display()
        );
        ports.iter().for_each(|port| config.push_str(&format!("Port {port}\n")));
        let mut conditions = Vec::new();
        for (number, port) in ports.iter().enumerate() {
            fs::create_dir_all(place.join(format!("homes/host{}", number + 1))).expect("a home directory");
            conditions.push((
                format!("{{host{}}}", number + 1),
                format!(
                    "Match LocalPort {port}\nSetEnv HOME={0}/homes/host{1} XDG_CACHE_HOME={0}/cache",
                    place.display(),
                    number + 1
                ),
            ));
        }
        let mut more = more.to_owned();
        for (name, condition) in &conditions {
            if more.contains(name.as_str()) {
                more = more.replace(name.as_str(), condition);
            } else {
                more.push_str(&format!("\n{condition}\n"));
            }
        }
        fs::write(place.join("sshd_config"), config + &more).expect("a file");
        fs::create_dir_all("/run/sshd").expect("the directory that sshd wants");
        let log = fs::File::create(place.join("sshd.log")).expect("a file");
        let server = Command::new("/usr/sbin/sshd")
            .arg("-D")
            .arg("-e")
            .arg("-f")
            .arg(place.join("sshd_config"))
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("sshd is installed");
        let machines = Self { project, server, ports };
        wait_for("the server", || TcpStream::connect(("127.0.0.1", machines.ports[0])).ok());
        machines.write_ssh_config("key", "known_hosts");
        machines
    }

    /// Has the hosts reached with this key, and known from this file.
    pub fn write_ssh_config(&self, key: &str, known: &str) {
        let place = self.project.place().display();
        let host_key = fs::read_to_string(self.project.place().join("host_key.pub")).expect("a key");
        let stranger = fs::read_to_string(self.project.place().join("stranger.pub")).expect("a key");
        let mut config = String::new();
        let (mut known_hosts, mut changed_hosts) = (String::new(), String::new());
        for (number, port) in self.ports.iter().enumerate() {
            config.push_str(&format!(
                "Host host{}\n  HostName 127.0.0.1\n  Port {port}\n  IdentityFile {place}/{key}\n  IdentitiesOnly yes\n  \
                 UserKnownHostsFile {place}/{known}\n  GlobalKnownHostsFile /dev/null\n",
                number + 1
            ));
            known_hosts.push_str(&format!("[127.0.0.1]:{port} {host_key}"));
            changed_hosts.push_str(&format!("[127.0.0.1]:{port} {stranger}"));
        }
        fs::write(self.project.place().join("known_hosts"), known_hosts).expect("a file");
        fs::write(self.project.place().join("changed_hosts"), changed_hosts).expect("a file");
        self.project.write("ssh_config", &config);
    }

    /// The environment `production`; `hosts` are lines of its section.
    pub fn environment(&self, settings: &str, hosts: &str) {
        let text = format!("[environment]\n{settings}\n\n[hosts]\n{hosts}\n");
        self.project.write("environments/production/environment.cfg", &text);
    }

    /// A component that puts a file there; `lines` come first in its `configure`.
    pub fn component(&self, name: &str, lines: &str) {
        let class = name[..1].to_uppercase() + &name[1..];
        let lines: String = lines.lines().map(|line| format!("        {line}\n")).collect();
        let text = format!(
            "from batou.component import Attribute, Component\nfrom batou.lib.file import File\n\n\n\
             class {class}(Component):\n\n    def configure(self):\n{lines}        \
             self += File('{name}', content='{name} on {{{{host.name}}}}\\n')\n"
        );
        self.project.write(&format!("components/{name}/component.py"), &text);
    }

    /// A path in the home directory of a host.
    pub fn home(&self, host: usize, path: &str) -> PathBuf {
        self.project.place().join(format!("homes/host{host}")).join(path)
    }

    /// What a file below the directory of the deployment says.
    pub fn deployed(&self, host: usize, path: &str) -> String {
        let path = self.home(host, "deployment").join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// `batou-remote production` with more words.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.project.command(REMOTE);
        command.arg("production").args(words);
        command
    }

    /// Runs it to its end.
    pub fn run(&self, words: &[&str]) -> Ended {
        finish(&mut self.command(words))
    }

    /// Runs it and demands success.
    pub fn deploy(&self, words: &[&str]) -> Ended {
        let ended = self.run(words);
        assert_eq!(ended.code, Some(0), "{ended}");
        ended
    }

    /// Starts it.
    pub fn start(&self, words: &[&str]) -> Running {
        Running::start(&mut self.command(words))
    }

    /// The processes of agents of these machines.
    pub fn agents(&self) -> Vec<u32> {
        let mark = self.project.place().join("cache/batou/agent-");
        processes_of(&mark)
    }
}

impl Drop for Machines {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The processes whose program has a path that begins like this.
fn processes_of(mark: &Path) -> Vec<u32> {
    let mark = mark.to_string_lossy();
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| {
            let program = fs::read_link(format!("/proc/{process}/exe")).unwrap_or_default();
            program.to_string_lossy().starts_with(&*mark)
        })
        .collect()
}

/// Ports that nobody listens at, also not another server of these tests.
fn free_ports(count: usize) -> Vec<u16> {
    let mut ports = Vec::new();
    while ports.len() < count {
        let step = NEXT_PORT.fetch_add(1, Ordering::SeqCst);
        let port = 20_000 + u16::try_from((std::process::id() as usize * 61 + step) % 12_000).expect("a port");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            ports.push(port);
        }
    }
    ports
}
