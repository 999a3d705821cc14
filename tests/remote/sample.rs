//! The sample of the repository on other machines.

use std::fs;
use std::path::Path;

use crate::sshd::Machines;
use crate::support::{copy, end_service};

/// Ends the services of the sample, also when the test fails.
struct Services<'machines>(&'machines Machines, Vec<usize>);

impl Drop for Services<'_> {
    fn drop(&mut self) {
        for host in &self.1 {
            end_service(&self.0.home(*host, "deployment/work/tick/tick.pid"));
        }
    }
}

/// So many hosts and the components of the sample.
fn sample(count: usize) -> Machines {
    let machines = Machines::new(count);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&repository.join("components"), &machines.project.path("components"));
    copy(&repository.join("environments/production"), &machines.project.path("environments/production"));
    machines
}

fn deployed_twice(machines: &Machines, count: usize) {
    machines.deploy(&[]).assert_tells(&format!("{count} of {count} components changed"));
    let second = machines.deploy(&[]);
    second.assert_tells(&format!("nothing to do: {count} components are up to date"));
    assert!(second.output.lines().count() <= 8, "a run with nothing to do is short\n{second}");
}

#[test]
fn production_on_its_two_hosts() {
    let machines = sample(2);
    let _services = Services(&machines, vec![2]);
    deployed_twice(&machines, 4);
    assert!(machines.deployed(1, "work/frontend/site.conf").contains("host2:8080"));
    assert!(machines.deployed(2, "work/backend/backend.ini").contains("site = Sample"));
    let tick = machines.home(2, "deployment/work/tick/tick.pid");
    assert!(!fs::read_to_string(tick).expect("the service runs").trim().is_empty());
}

#[test]
fn production_on_ten_hosts() {
    let machines = sample(10);
    let path = "environments/production/environment.cfg";
    let more: String =
        (3..=10).map(|number| format!("[host:host{number}]\ncomponents = backend\ndata-memory = 8192\n\n")).collect();
    let text = machines.project.read(path).replace("[component:settings]", &format!("{more}[component:settings]"));
    let addresses: String = (3..=10).map(|number| format!("host{number} = 192.0.2.{}\n", 10 + number)).collect();
    machines.project.write(path, &format!("{}\n{addresses}", text.trim_end()));
    let _services = Services(&machines, vec![2]);
    deployed_twice(&machines, 12);
    let site = machines.deployed(1, "work/frontend/site.conf");
    for number in 2..=10 {
        assert!(site.contains(&format!("host{number}:8080")), "{site}");
    }
}
