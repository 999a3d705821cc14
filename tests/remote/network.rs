//! A network that stops carrying anything. The hosts are in a network namespace of their own.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::sshd::{Machines, Network, free_ports};
use crate::support::{need_root, wait_for};

static NEXT: AtomicU32 = AtomicU32::new(0);

fn ip(words: &str) {
    let done = Command::new("ip").args(words.split_whitespace()).output().expect("the program ip is installed");
    assert!(done.status.success(), "ip {words}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A namespace with a cable for each host.
struct Cables {
    namespace: String,
    /// Tells its addresses from those of others.
    number: u32,
    count: u32,
}

impl Cables {
    fn lay(count: u32) -> Self {
        need_root("networks of its own");
        let number = (std::process::id() * 4 + NEXT.fetch_add(1, Ordering::SeqCst)) % 100;
        let cables = Self { namespace: format!("batou-test-{number}"), number, count };
        // What an earlier test left behind when it was killed.
        let _ = Command::new("ip").args(["netns", "delete", &cables.namespace]).output();
        ip(&format!("netns add {}", cables.namespace));
        for host in 1..=count {
            let [here, there] = cables.ends(host);
            ip(&format!("link add {here} type veth peer name {there} netns {}", cables.namespace));
            ip(&format!("addr add {}/24 dev {here}", cables.address(host, 1)));
            ip(&format!("link set {here} up"));
            cables.inside(&format!("addr add {}/24 dev {there}", cables.address(host, 2)));
            cables.inside(&format!("link set {there} up"));
        }
        cables
    }

    /// The names of both ends.
    fn ends(&self, host: u32) -> [String; 2] {
        ["a", "b"].map(|end| format!("batou{}{end}{host}", self.number))
    }

    /// The address of this machine on the cable (1), or of the host (2).
    fn address(&self, host: u32, end: u32) -> String {
        format!("10.{}.{host}.{end}", 100 + self.number)
    }

    /// Changes something in the namespace.
    fn inside(&self, words: &str) {
        ip(&format!("-n {} {words}", self.namespace));
    }

    fn machines(&self) -> Machines {
        let port = free_ports(1)[0];
        let network = Network {
            listen: "0.0.0.0".to_owned(),
            hosts: (1..=self.count).map(|host| (self.address(host, 2), port)).collect(),
            starter: ["ip", "netns", "exec", &self.namespace].map(str::to_owned).to_vec(),
        };
        Machines::in_network(network, "")
    }

    fn cut(&self, host: u32) {
        self.inside(&format!("link set {} down", self.ends(host)[1]));
    }

    fn mend(&self, host: u32) {
        self.inside(&format!("link set {} up", self.ends(host)[1]));
    }

    /// Both ends send to a machine that is not there.
    fn swallow(&self, host: u32) {
        let nowhere = "lladdr 02:00:00:00:00:42 nud permanent";
        let [here, there] = self.ends(host);
        ip(&format!("neigh replace {} dev {here} {nowhere}", self.address(host, 2)));
        self.inside(&format!("neigh replace {} dev {there} {nowhere}", self.address(host, 1)));
    }

    fn swallow_no_more(&self, host: u32) {
        let [here, there] = self.ends(host);
        ip(&format!("neigh delete {} dev {here}", self.address(host, 2)));
        self.inside(&format!("neigh delete {} dev {there}", self.address(host, 1)));
    }
}

impl Drop for Cables {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "delete", &self.namespace]).output();
    }
}

/// Waits until nothing of a deployment runs on the hosts any more.
fn wait_for_the_end(machines: &Machines, mark: &str) {
    let commands =
        || Command::new("pgrep").args(["-f", &format!("^sleep {mark}$")]).output().expect("pgrep runs").stdout;
    wait_for("the end of the agents", || (machines.agents().is_empty() && commands().is_empty()).then_some(()));
}

/// Deploys while `break_first` breaks the way to the first host, and again when it is mended.
fn deployed_in_spite_of(mark: &str, break_first: impl Fn(&Cables), mend: impl Fn(&Cables)) {
    let cables = Cables::lay(2);
    let machines = cables.machines();
    machines.demo();
    machines.component_that(
        "demo",
        &format!(
            "if self.host.name == 'host1':\n    self.cmd('touch ~/started; exec sleep {mark}')\n\
             else:\n    self.cmd('until test -e ~/broken; do sleep 0.1; done')"
        ),
    );
    let mut running = machines.start(&["--keep-going"]);
    running.reaches(&machines.home(1, "started"));
    break_first(&cables);
    // The other host does its work after that.
    fs::write(machines.home(2, "broken"), "").expect("a file");
    let ended = running.end();
    ended.assert_told(1);
    ended.assert_tells("ERROR: host1: the connection was lost");
    ended.assert_tells("host1: failed: demo");
    assert_eq!(machines.deployed(2, "work/demo/demo"), "demo on host2\n", "{ended}");
    // The host notices as well, although nobody tells it.
    wait_for_the_end(&machines, mark);
    mend(&cables);
    machines.component("demo", "");
    machines.deploy(&[]);
    assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n");
}

#[test]
fn a_cable_is_cut() {
    deployed_in_spite_of("4715", |cables| cables.cut(1), |cables| cables.mend(1));
}

#[test]
fn packets_vanish() {
    deployed_in_spite_of("4716", |cables| cables.swallow(1), |cables| cables.swallow_no_more(1));
}

#[test]
fn forty_hosts_are_lost_at_random_moments() {
    const HOSTS: u32 = 40;
    const LENGTH: usize = 300_000;
    let cables = Cables::lay(HOSTS);
    let machines = cables.machines();
    machines.demo();
    machines.component_that("demo", "self.cmd('exec sleep 0.4717')");
    let path = "components/demo/component.py";
    let large = format!("self += File('large', content='x' * {LENGTH})\n        self += First()");
    machines.project.write(path, &machines.project.read(path).replace("self += First()", &large));
    let started = Instant::now();
    let all = machines.run(&[]);
    assert_eq!(all.code, Some(0), "{all}");
    let usual = started.elapsed();
    for host in 1..=HOSTS {
        fs::remove_dir_all(machines.home(host as usize, "deployment/work")).expect("removed");
    }
    // Half of the cables are cut, the others swallow what is sent.
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    let mut moments: Vec<(Duration, u32)> = (1..=HOSTS).map(|host| (usual.mul_f64(random.f64()), host)).collect();
    moments.sort_unstable();
    let started = Instant::now();
    let running = machines.start(&["--keep-going"]);
    for (moment, host) in moments {
        std::thread::sleep(moment.saturating_sub(started.elapsed()));
        if host % 2 == 0 { cables.cut(host) } else { cables.swallow(host) }
    }
    let ended = running.end();
    assert!(matches!(ended.code, Some(0 | 1)), "seed {seed}\n{ended}");
    wait_for_the_end(&machines, "0.4717");
    for host in 1..=HOSTS {
        let large = machines.home(host as usize, "deployment/work/demo/large");
        let length = fs::metadata(&large).map_or(0, |metadata| metadata.len() as usize);
        assert!(length == 0 || length == LENGTH, "seed {seed}: {} is torn", large.display());
        if host % 2 == 0 { cables.mend(host) } else { cables.swallow_no_more(host) }
    }
    let again = machines.run(&[]);
    assert_eq!(again.code, Some(0), "seed {seed}\n{again}");
    for host in 1..=HOSTS as usize {
        assert_eq!(machines.deployed(host, "work/demo/large").len(), LENGTH, "seed {seed}");
        assert_eq!(machines.deployed(host, "work/demo/demo"), format!("demo on host{host}\n"), "seed {seed}");
    }
}
