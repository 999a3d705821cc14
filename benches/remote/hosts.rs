//! One server with many hosts on this machine, each with an address and a home directory of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::competitor::{Competitor, FILES, FRESH};
use crate::measure::{self, Sample};
use crate::relay::{Relay, Traffic};

/// What a run finds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing at all, also not what programs keep there.
    Fresh,
    /// None of the files.
    Missing,
    /// All of them.
    There,
    /// All of them, and the connections of a run just before, if the program keeps them.
    Connected,
}

impl State {
    /// The name of such a run in tables.
    pub fn title(self) -> &'static str {
        match self {
            State::Fresh => "first contact",
            State::Missing => "first deployment",
            State::There => "nothing to do",
            State::Connected => "nothing to do, right after",
        }
    }
}

/// The hosts `host1`, `host2`, …
pub struct Hosts {
    place: TempDir,
    server: Child,
    port: u16,
    count: usize,
    /// The directories of all programs in home directories.
    tops: Vec<&'static str>,
}

impl Hosts {
    /// Starts the server, and writes what each program is to do.
    pub fn start(count: usize, competitors: &[Competitor]) -> Result<Self, String> {
        let wrong = |error: std::io::Error| format!("the server: {error}");
        let place = tempfile::Builder::new().prefix("batou-bench-").tempdir().map_err(wrong)?;
        let directory = place.path().display();
        for name in ["host_key", "key"] {
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(place.path().join(name));
            if !command.status().map_err(wrong)?.success() {
                return Err("ssh-keygen failed".to_owned());
            }
        }
        let port = free_port().map_err(wrong)?;
        let mut config = format!(
            "HostKey {directory}/host_key\nAuthorizedKeysFile {directory}/key.pub\nStrictModes no\nUsePAM no\nPermitRootLogin \
             yes\nPidFile none\nListenAddress 0.0.0.0\nPort {port}\nLogLevel ERROR\nMaxStartups 200\nSubsystem sftp internal-sftp\n"
        );
        for number in 1..=count {
            fs::create_dir_all(place.path().join(format!("homes/host{number}"))).map_err(wrong)?;
            config.push_str(&format!(
                "Match LocalAddress 127.0.1.{number}\nSetEnv HOME={directory}/homes/host{number} XDG_CACHE_HOME={directory}/cache\n"
            ));
        }
        fs::write(place.path().join("sshd_config"), config).map_err(wrong)?;
        fs::create_dir_all("/run/sshd").map_err(wrong)?;
        let server = Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f"])
            .arg(place.path().join("sshd_config"))
            .stdin(Stdio::null())
            .stderr(File::create(place.path().join("sshd.log")).map_err(wrong)?)
            .spawn()
            .map_err(wrong)?;
        let tops = competitors.iter().map(Competitor::top).collect();
        let hosts = Self { place, server, port, count, tops };
        let limit = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.1.1", port)).is_err() {
            if Instant::now() > limit {
                return Err("the server does not start".to_owned());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        hosts.write(competitors, port)?;
        Ok(hosts)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Writes what programs are to do, with the server at this port.
    fn write(&self, competitors: &[Competitor], port: u16) -> Result<(), String> {
        let directory = self.place.path().display();
        let key = fs::read_to_string(self.place.path().join("host_key.pub")).map_err(|error| error.to_string())?;
        let (mut config, mut known) = (String::new(), String::new());
        for number in 1..=self.count {
            config.push_str(&format!(
                "Host host{number}\n  HostName 127.0.1.{number}\n  Port {port}\n  IdentityFile {directory}/key\n  IdentitiesOnly \
                 yes\n  UserKnownHostsFile {directory}/known_hosts\n"
            ));
            known.push_str(&format!("[127.0.1.{number}]:{port} {key}"));
        }
        for (name, text) in [("ssh_config", config), ("known_hosts", known)] {
            fs::write(self.place.path().join(name), text).map_err(|error| format!("{name}: {error}"))?;
        }
        for competitor in competitors {
            let homes = self.place.path().join("homes");
            competitor.write(&self.directory(competitor), &homes, self.count, port)?;
        }
        Ok(())
    }

    fn directory(&self, competitor: &Competitor) -> PathBuf {
        self.place.path().join(format!("project-{}", competitor.top()))
    }

    /// Removes everything that was deployed.
    pub fn clear(&self) -> Result<(), String> {
        for number in 1..=self.count {
            for top in &self.tops {
                let path = self.place.path().join(format!("homes/host{number}/{top}"));
                remove(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Deploys, and checks that what is there then is what should be, and untouched if there was nothing to do.
    pub fn deploy(&self, competitor: &Competitor, found: State) -> Result<Sample, String> {
        if found != State::Connected {
            self.close_kept_connections();
        }
        let mark = self.place.path().join(FRESH);
        if found == State::Fresh {
            self.clear()?;
            let cleared = remove(&self.place.path().join("cache")).and_then(|()| fs::write(&mark, ""));
            cleared.map_err(|error| format!("cannot make hosts fresh: {error}"))?;
        }
        let before = self.files(competitor);
        let directory = self.directory(competitor);
        let output = directory.with_extension("output");
        let file = File::create(&output).map_err(|error| format!("{}: {error}", output.display()))?;
        let both = file.try_clone().map_err(|error| format!("{}: {error}", output.display()))?;
        let mut command = competitor.command(&directory, self.count);
        command.env("HOME", self.place.path()).env_remove("SSH_AUTH_SOCK").env_remove("XDG_RUNTIME_DIR");
        command.stdin(Stdio::null()).stdout(file).stderr(both);
        let sample = measure::run(&mut command, false);
        remove(&mark).map_err(|error| format!("{}: {error}", mark.display()))?;
        let sample = sample?;
        let after = self.files(competitor);
        let is_right = match found {
            State::Fresh | State::Missing => before.is_empty(),
            State::There | State::Connected => before == after,
        };
        if sample.success && is_right && after.len() == self.count * FILES {
            return Ok(sample);
        }
        let said = fs::read_to_string(&output).unwrap_or_default();
        Err(format!(
            "{}, {} hosts, {}: success {}, {} files before, {} after\n{said}",
            competitor.name(),
            self.count,
            found.title(),
            sample.success,
            before.len(),
            after.len()
        ))
    }

    /// Ends connections that a program leaves open for its next run.
    fn close_kept_connections(&self) {
        let directories =
            ["control", ".cache/batou/ssh"].map(|directory| fs::read_dir(self.place.path().join(directory)));
        for entry in directories.into_iter().flatten().flatten().flatten() {
            let mut command = Command::new("ssh");
            command.args(["-O", "exit", "-S"]).arg(entry.path()).arg("host");
            // It may have ended by itself.
            let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
    }

    /// The files that have the right content, with what a change would change.
    fn files(&self, competitor: &Competitor) -> BTreeMap<PathBuf, (u64, i64, i64)> {
        let mut found = BTreeMap::new();
        for number in 1..=self.count {
            for file in 0..FILES {
                let home = self.place.path().join(format!("homes/host{number}"));
                let path = home.join(competitor.target()).join(format!("file{file}"));
                let expected = format!("hello host{number} {file}\n");
                if fs::read_to_string(&path).is_ok_and(|text| text == expected)
                    && let Ok(metadata) = fs::metadata(&path)
                {
                    found.insert(path, (metadata.ino(), metadata.mtime(), metadata.mtime_nsec()));
                }
            }
        }
        found
    }

    /// Deploys while what travels is counted.
    pub fn watched(&self, competitor: &Competitor, found: State) -> Result<Traffic, String> {
        let relay = Relay::start(self.port).map_err(|error| format!("the relay: {error}"))?;
        self.write(std::slice::from_ref(competitor), relay.port())?;
        let deployed = self.deploy(competitor, found);
        self.write(std::slice::from_ref(competitor), self.port)?;
        deployed.map(|_| relay.traffic())
    }

    /// Logs in to each host and does nothing there, so many at a time.
    pub fn log_in(&self, parallel: usize) -> Result<Sample, String> {
        let next = AtomicUsize::new(1);
        let failed = AtomicUsize::new(0);
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..parallel {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::SeqCst);
                        if number > self.count {
                            break;
                        }
                        let mut command = Command::new("ssh");
                        command.arg("-F").arg(self.place.path().join("ssh_config"));
                        command.arg(format!("host{number}")).arg("true");
                        if !command.stdin(Stdio::null()).status().is_ok_and(|status| status.success()) {
                            failed.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
        match failed.into_inner() {
            0 => Ok(Sample { time: start.elapsed(), success: true, ..Sample::default() }),
            failed => Err(format!("{failed} hosts could not be logged in to")),
        }
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        self.close_kept_connections();
        // It has no state that would need another end.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Removes what is there, whatever it is.
fn remove(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("0.0.0.0:0")?.local_addr()?.port())
}
