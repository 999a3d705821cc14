//! A network that stops carrying anything. The hosts are in a network namespace of their own.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::sshd::{Machines, Network, free_ports};
use crate::support::{need_root, wait_for};

/// Longer than the longest patience there is.
const LONG: Duration = Duration::from_secs(120);

static NEXT: AtomicU32 = AtomicU32::new(0);

fn ip(words: &str) {
    let done = Command::new("ip").args(words.split_whitespace()).output().expect("the program ip is installed");
    assert!(done.status.success(), "ip {words}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A namespace with two cables, one for each host.
struct Cables {
    namespace: String,
    /// The third number of the address at both ends.
    subnets: [u32; 2],
}

impl Cables {
    fn lay() -> Self {
        need_root("networks of its own");
        let number = (std::process::id() * 8 + NEXT.fetch_add(1, Ordering::SeqCst) * 2) % 250;
        let cables = Self { namespace: format!("batou-test-{number}"), subnets: [number, number + 1] };
        // What an earlier test left behind when it was killed.
        let _ = Command::new("ip").args(["netns", "delete", &cables.namespace]).output();
        ip(&format!("netns add {}", cables.namespace));
        for subnet in cables.subnets {
            ip(&format!("link add batou-a{subnet} type veth peer name batou-b{subnet} netns {}", cables.namespace));
            ip(&format!("addr add 10.213.{subnet}.1/24 dev batou-a{subnet}"));
            ip(&format!("link set batou-a{subnet} up"));
            ip(&format!("-n {} addr add 10.213.{subnet}.2/24 dev batou-b{subnet}", cables.namespace));
            ip(&format!("-n {} link set batou-b{subnet} up", cables.namespace));
        }
        cables
    }

    fn machines(&self) -> Machines {
        let port = free_ports(1)[0];
        let network = Network {
            listen: "0.0.0.0".to_owned(),
            hosts: self.subnets.iter().map(|subnet| (format!("10.213.{subnet}.2"), port)).collect(),
            starter: ["ip", "netns", "exec", &self.namespace].map(str::to_owned).to_vec(),
        };
        Machines::in_network(network, "")
    }
}

impl Drop for Cables {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "delete", &self.namespace]).output();
    }
}

/// Deploys while `break_first` breaks the way to the first host, and again when it is mended.
fn deployed_in_spite_of(mark: &str, break_first: impl Fn(&Cables), mend: impl Fn(&Cables)) {
    let cables = Cables::lay();
    let machines = cables.machines();
    machines.demo();
    machines.component_that(
        "demo",
        &format!(
            "if self.host.name == 'host1':\n    self.cmd('touch ~/started; exec sleep {mark}')\n\
             else:\n    self.cmd('until test -e ~/broken; do sleep 0.1; done')"
        ),
    );
    let running = machines.start(&["--keep-going"]);
    wait_for("the component", || machines.home(1, "started").exists().then_some(()));
    break_first(&cables);
    // The other host does its work after that.
    std::fs::write(machines.home(2, "broken"), "").expect("a file");
    let ended = running.end_within(LONG);
    ended.assert_told(1);
    ended.assert_tells("ERROR: host1: the connection was lost");
    ended.assert_tells("host1: failed: demo");
    assert_eq!(machines.deployed(2, "work/demo/demo"), "demo on host2\n", "{ended}");
    // The host notices as well, although nobody tells it.
    let limit = Instant::now() + LONG;
    let commands =
        || Command::new("pgrep").args(["-f", &format!("^sleep {mark}$")]).output().expect("pgrep runs").stdout;
    while !machines.agents().is_empty() || !commands().is_empty() {
        assert!(Instant::now() < limit, "the agent goes on without anybody");
        std::thread::sleep(Duration::from_millis(100));
    }
    mend(&cables);
    machines.component("demo", "");
    machines.deploy(&[]);
    assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n");
}

#[test]
fn a_cable_is_cut() {
    deployed_in_spite_of(
        "4715",
        |cables| ip(&format!("-n {0} link set batou-b{1} down", cables.namespace, cables.subnets[0])),
        |cables| ip(&format!("-n {0} link set batou-b{1} up", cables.namespace, cables.subnets[0])),
    );
}

#[test]
fn packets_vanish() {
    // Both ends send to a machine that is not there.
    let nowhere = "lladdr 02:00:00:00:00:42 nud permanent";
    deployed_in_spite_of(
        "4716",
        |cables| {
            let subnet = cables.subnets[0];
            ip(&format!("neigh replace 10.213.{subnet}.2 dev batou-a{subnet} {nowhere}"));
            ip(&format!("-n {} neigh replace 10.213.{subnet}.1 dev batou-b{subnet} {nowhere}", cables.namespace));
        },
        |cables| {
            let subnet = cables.subnets[0];
            ip(&format!("neigh delete 10.213.{subnet}.2 dev batou-a{subnet}"));
            ip(&format!("-n {} neigh delete 10.213.{subnet}.1 dev batou-b{subnet}", cables.namespace));
        },
    );
}
