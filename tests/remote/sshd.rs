//! A server with many hosts.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Ended, Project, Running, finish, wait_for};
use crate::terminal::Terminal;

/// The program that deploys to other machines.
pub const REMOTE: &str = env!("CARGO_BIN_EXE_batou-remote");

/// Ports of different servers never meet.
static NEXT_PORT: AtomicUsize = AtomicUsize::new(0);

/// How many ports a server listens at, at most.
const MOST_PORTS: usize = 15;

/// Where hosts are: each has an address or a port of its own.
pub struct Network {
    /// Where the server listens.
    pub listen: String,
    /// The address and the port of each host.
    pub hosts: Vec<(String, u16)>,
    /// What starts the server there.
    pub starter: Vec<String>,
}

impl Network {
    /// So many hosts on this machine.
    fn here(count: usize) -> Self {
        let (listen, hosts) = if count <= MOST_PORTS {
            let hosts = free_ports(count).into_iter().map(|port| ("127.0.0.1".to_owned(), port)).collect();
            ("127.0.0.1", hosts)
        } else {
            let port = free_ports(1)[0];
            ("0.0.0.0", (1..=count).map(|number| (format!("127.0.2.{number}"), port)).collect())
        };
        Self { listen: listen.to_owned(), hosts, starter: Vec::new() }
    }
}

/// A server, its hosts `host1`, `host2`, … and a project that is deployed to them.
pub struct Machines {
    pub project: Project,
    server: Child,
    hosts: Vec<(String, u16)>,
}

impl Machines {
    /// So many hosts; the program is sent once for all of them.
    pub fn new(count: usize) -> Self {
        Self::with_config(count, "")
    }

    /// The same with more configuration for the server. `{host1}` and so on stand for the conditions of hosts.
    pub fn with_config(count: usize, more: &str) -> Self {
        Self::in_network(Network::here(count), more)
    }

    /// The same elsewhere.
    pub fn in_network(network: Network, more: &str) -> Self {
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
        let mut config = format!(
            "HostKey {0}/host_key\nAuthorizedKeysFile {0}/key.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n\
             PidFile none\nListenAddress {1}\n",
            place.display(),
            network.listen
        );
        let ports: BTreeSet<u16> = network.hosts.iter().map(|(_, port)| *port).collect();
        ports.iter().for_each(|port| config.push_str(&format!("Port {port}\n")));
        let mut more = more.to_owned();
        for (number, (address, port)) in network.hosts.iter().enumerate().map(|(index, host)| (index + 1, host)) {
            fs::create_dir_all(place.join(format!("homes/host{number}"))).expect("a home directory");
            let condition = format!(
                "Match LocalAddress {address} LocalPort {port}\nSetEnv HOME={0}/homes/host{number} XDG_CACHE_HOME={0}/cache",
                place.display()
            );
            let name = format!("{{host{number}}}");
            if more.contains(&name) {
                more = more.replace(&name, &condition);
            } else {
                more.push_str(&format!("\n{condition}\n"));
            }
        }
        fs::write(place.join("sshd_config"), config + &more).expect("a file");
        fs::create_dir_all("/run/sshd").expect("the directory that sshd wants");
        let log = fs::File::create(place.join("sshd.log")).expect("a file");
        let words: Vec<&str> = network.starter.iter().map(String::as_str).chain(["/usr/sbin/sshd"]).collect();
        let server = Command::new(words[0])
            .args(&words[1..])
            .arg("-D")
            .arg("-e")
            .arg("-f")
            .arg(place.join("sshd_config"))
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("sshd is installed");
        let machines = Self { project, server, hosts: network.hosts };
        let (address, port) = &machines.hosts[0];
        wait_for("the server", || TcpStream::connect((address.as_str(), *port)).ok());
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
        for (number, (address, port)) in self.hosts.iter().enumerate() {
            config.push_str(&format!(
                "Host host{}\n  HostName {address}\n  Port {port}\n  IdentityFile {place}/{key}\n  IdentitiesOnly yes\n  \
                 UserKnownHostsFile {place}/{known}\n  GlobalKnownHostsFile /dev/null\n",
                number + 1
            ));
            known_hosts.push_str(&format!("[{address}]:{port} {host_key}"));
            changed_hosts.push_str(&format!("[{address}]:{port} {stranger}"));
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

    /// As many hosts as there are, each with the component `demo`.
    pub fn demo(&self) {
        let hosts: Vec<String> = (1..=self.hosts.len()).map(|number| format!("host{number} = demo")).collect();
        self.environment("", &hosts.join("\n"));
        self.component("demo", "");
    }

    /// A component that does what `lines` say when it is verified, before a file is put there.
    pub fn component_that(&self, name: &str, lines: &str) {
        self.component(name, "self += First()");
        let path = format!("components/{name}/component.py");
        let lines: String = lines.lines().map(|line| format!("        {line}\n")).collect();
        let text = self.project.read(&path) + &format!("\n\nclass First(Component):\n\n    def verify(self):\n{lines}");
        self.project.write(&path, &text);
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

    /// Encrypts secrets of the environment, and gives the key that opens them.
    pub fn secrets(&self, text: &str) -> PathBuf {
        let key = self.project.place().join("age.key");
        let made = Command::new("age-keygen").arg("-o").arg(&key).output().expect("age-keygen runs");
        let public = String::from_utf8_lossy(&made.stderr).trim().trim_start_matches("Public key: ").to_owned();
        let mut age = Command::new("age")
            .args(["--encrypt", "--recipient", &public, "--output"])
            .arg(self.project.path("environments/production/secrets.cfg.age"))
            .stdin(Stdio::piped())
            .spawn()
            .expect("age runs");
        let text = format!("[batou]\nmembers = {public}\n\n{text}");
        age.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("written");
        assert!(age.wait().expect("it ends").success());
        key
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

    /// Starts it on a terminal, without colours.
    pub fn on_terminal(&self, words: &str) -> Terminal {
        let line = format!("{REMOTE} production {words}");
        Terminal::start_with(&self.project, 100, &line, &[("NO_COLOR", "1")])
    }

    /// How often somebody logged in.
    pub fn logins(&self) -> usize {
        let log = fs::read_to_string(self.project.place().join("sshd.log")).expect("a log");
        log.lines().filter(|line| line.contains("Accepted publickey")).count()
    }

    /// The processes of the server that serve somebody.
    pub fn sessions(&self) -> Vec<String> {
        let server = self.server.id().to_string();
        finish(Command::new("pgrep").args(["-P", &server])).output.lines().map(str::to_owned).collect()
    }

    /// The processes of ssh that are connected to hosts.
    pub fn connections(&self) -> Vec<String> {
        let mark = format!("ssh .*{}", self.kept_directory().display());
        finish(Command::new("pgrep").args(["-f", &mark])).output.lines().map(str::to_owned).collect()
    }

    /// Where connections are that stay for later runs.
    pub fn kept_directory(&self) -> PathBuf {
        self.project.place().join("home/.cache/batou/ssh")
    }

    /// Their sockets.
    pub fn kept(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.kept_directory()).into_iter().flatten().flatten();
        let sockets = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_socket()));
        sockets.map(|entry| entry.path()).collect()
    }

    /// The processes of agents of these machines.
    pub fn agents(&self) -> Vec<u32> {
        let mark = self.project.place().join("cache/batou/agent-");
        processes_of(&mark)
    }
}

impl Drop for Machines {
    fn drop(&mut self) {
        // They would go on for a minute.
        for socket in self.kept() {
            let _ =
                Command::new("ssh").args(["-O", "exit", "-S"]).arg(socket).arg("host").stderr(Stdio::null()).status();
        }
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

/// Makes a program of a text, with the directory that it is in.
pub fn make_program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(path, text).expect("a program");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// Ports that nobody listens at, also not another server of these tests.
pub fn free_ports(count: usize) -> Vec<u16> {
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
